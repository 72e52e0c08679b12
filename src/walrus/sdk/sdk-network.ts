/** A Walrus network as the chain knows it. */
export interface SdkNetwork {
  /** Names the network in journals and messages. */
  readonly name: string;
  /** Sui object ids of Walrus's system and staking objects. */
  readonly systemObjectId: string;
  readonly stakingPoolId: string;
  /** Shards, on which Blob IDs depend. The chain is asked too, and must say the same. */
  readonly nShards: number;
  /** How storage nodes are reached. Default `https`. */
  readonly storageNodeScheme?: "http" | "https";
  /** Address of a Sui full node's gRPC service. */
  readonly suiUrl: string;
}

/** Object ids as in walrus `setup/client_config_testnet.yaml` and `setup/client_config_mainnet.yaml`. */
export const SDK_NETWORKS: Readonly<Record<"testnet" | "mainnet", SdkNetwork>> = {
  testnet: {
    name: "testnet",
    systemObjectId: "0x6c2547cbbc38025cf3adac45f63cb0a8d12ecf777cdc75a4971612bf97fdf6af",
    stakingPoolId: "0xbe46180321c30aab2f8b3501e24048377287fa708018a5b7c2792b35fe339ee3",
    nShards: 1000,
    suiUrl: "https://fullnode.testnet.sui.io:443",
  },
  mainnet: {
    name: "mainnet",
    systemObjectId: "0x2134d52768ea07e8c43570ef975eb3e4c27a39fa6396bef985b5abc58d03ddd2",
    stakingPoolId: "0x10b9d30c28448939ce6c4d6c6e0ffce4a7f8a4ada8248bdad09ef8b70e4a3904",
    nShards: 1000,
    suiUrl: "https://fullnode.mainnet.sui.io:443",
  },
};
