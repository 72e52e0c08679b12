import type { ClientWithCoreApi } from "@mysten/sui/client";
import type { WalrusClient } from "@mysten/walrus";

import { boundedFetch } from "./bounded-fetch.ts";
import { type ChainState, readChainState } from "./chain-state.ts";
import { openSuiClient, openWalrusClient, type OpenWalrusClientOptions } from "./open-walrus-client.ts";
import type { SdkNetwork } from "./sdk-network.ts";
import type { SuiClient } from "./sui-client.ts";

/** Opens what operations of a store work with; everything heavy is imported from here on. */
export class SdkSession {
  readonly network: SdkNetwork;
  readonly suiClient: ClientWithCoreApi;
  readonly #fetch: typeof globalThis.fetch;

  private constructor(network: SdkNetwork, suiClient: ClientWithCoreApi, fetch: typeof globalThis.fetch) {
    this.network = network;
    this.suiClient = suiClient;
    this.#fetch = fetch;
  }

  static async open({
    network,
    suiClient,
    fetch,
  }: {
    readonly network: SdkNetwork;
    readonly suiClient: SuiClient | undefined;
    readonly fetch: typeof globalThis.fetch;
  }): Promise<SdkSession> {
    const client = (suiClient as ClientWithCoreApi | undefined) ?? (await openSuiClient(network));
    return new SdkSession(network, client, fetch);
  }

  chain(signal: AbortSignal | undefined): Promise<ChainState> {
    return readChainState({ network: this.network, suiClient: this.suiClient, signal });
  }

  /** Answers are bounded; for slivers, which are longer than other answers, the caller brings a `fetch` of its own. */
  client({
    fetch = boundedFetch({ fetch: this.#fetch }),
    relay,
  }: Partial<Pick<OpenWalrusClientOptions, "fetch" | "relay">> = {}): WalrusClient {
    return openWalrusClient({ network: this.network, suiClient: this.suiClient, fetch, relay });
  }
}
