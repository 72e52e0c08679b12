import type { ClientWithCoreApi } from "@mysten/sui/client";

import type { LookupOptions, SystemSource } from "../system.ts";
import { loadSdk } from "./load-sdk.ts";
import type { SdkNetwork } from "./sdk-network.ts";
import type { SuiClient } from "./sui-client.ts";

export interface SuiSystemOptions {
  readonly network: SdkNetwork;
  /** Default: a client of the network's full node, opened when it is first needed. */
  readonly suiClient?: SuiClient;
}

/** Learns a network's epoch, prices and committee from Sui. What it tells is worth what the Sui node is worth. */
export function suiSystem({ network, suiClient }: SuiSystemOptions): SystemSource {
  const given = suiClient as ClientWithCoreApi | undefined;
  let opening: Promise<ClientWithCoreApi> | undefined;
  const sui = async (): Promise<ClientWithCoreApi> => {
    if (given !== undefined) return given;
    const { openSuiClient } = await loadSdk(() => import("./open-walrus-client.ts"));
    return (opening ??= openSuiClient(network));
  };
  return {
    system: async ({ signal }: LookupOptions = {}) => {
      const { readChainState, readEpochTimes } = await loadSdk(() => import("./chain-state.ts"));
      const [{ committee, prices }, times] = await Promise.all([
        readChainState({ network, suiClient: await sui(), signal }),
        readEpochTimes({ network, suiClient: await sui(), signal }),
      ]);
      const { epoch, nShards } = committee;
      return { epoch, nShards, prices, ...times, source: `Sui (${network.name}), through ${network.suiUrl}` };
    },
    committee: async ({ signal }: LookupOptions = {}) => {
      const { readChainState } = await loadSdk(() => import("./chain-state.ts"));
      return (await readChainState({ network, suiClient: await sui(), signal })).committee;
    },
  };
}
