import type { ClientWithCoreApi } from "@mysten/sui/client";

import type { LookupOptions, SystemSource } from "../system.ts";
import type { SdkNetwork } from "./sdk-network.ts";

export interface SuiSystemOptions {
  readonly network: SdkNetwork;
  /** Default: a client of the network's full node, opened when it is first needed. */
  readonly suiClient?: ClientWithCoreApi;
}

/** Learns a network's epoch, prices and committee from Sui. What it tells is worth what the Sui node is worth. */
export function suiSystem({ network, suiClient }: SuiSystemOptions): SystemSource {
  let opening: Promise<ClientWithCoreApi> | undefined;
  const sui = async (): Promise<ClientWithCoreApi> => {
    if (suiClient !== undefined) return suiClient;
    const { openSuiClient } = await import("./open-walrus-client.ts");
    return (opening ??= openSuiClient(network));
  };
  return {
    system: async ({ signal }: LookupOptions = {}) => {
      const { readChainState, readEpochTimes } = await import("./chain-state.ts");
      const [{ committee, prices }, times] = await Promise.all([
        readChainState({ network, suiClient: await sui(), signal }),
        readEpochTimes({ network, suiClient: await sui(), signal }),
      ]);
      const { epoch, nShards } = committee;
      return { epoch, nShards, prices, ...times, source: `Sui (${network.name}), through ${network.suiUrl}` };
    },
    committee: async ({ signal }: LookupOptions = {}) => {
      const { readChainState } = await import("./chain-state.ts");
      return (await readChainState({ network, suiClient: await sui(), signal })).committee;
    },
  };
}
