import type { ClientWithCoreApi } from "@mysten/sui/client";
import { WalrusClient } from "@mysten/walrus";

import type { RelayTip } from "./relay-tip.ts";
import type { SdkNetwork } from "./sdk-network.ts";

/** Reads and writes of one sliver or of the metadata, in milliseconds. */
const NODE_TIMEOUT_MS = 120_000;
/** A relay answers after it has stored the blob. */
const RELAY_TIMEOUT_MS = 300_000;
const RELAY_BYTES_PER_SECOND = 131_072;

export interface OpenWalrusClientOptions {
  readonly network: SdkNetwork;
  readonly suiClient: ClientWithCoreApi;
  readonly fetch: typeof globalThis.fetch;
  /** An upload relay, and the tip that was read from it and is within the cap. */
  readonly relay?: { readonly host: string; readonly tip: RelayTip | undefined; readonly size: number } | undefined;
}

/**
 * A `WalrusClient` for one operation. It is not kept: it remembers the committee that it first read from, also after the epoch changed and
 * after `reset`.
 */
export function openWalrusClient({ network, suiClient, fetch, relay }: OpenWalrusClientOptions): WalrusClient {
  const { systemObjectId, stakingPoolId, storageNodeScheme = "https" } = network;
  const client = new WalrusClient({
    packageConfig: { systemObjectId, stakingPoolId },
    suiClient,
    storageNodeUrlScheme: storageNodeScheme,
    storageNodeClientOptions: { fetch, timeout: NODE_TIMEOUT_MS },
    ...(relay === undefined
      ? {}
      : {
          uploadRelay: {
            host: relay.host,
            fetch,
            timeout: Math.ceil(RELAY_TIMEOUT_MS + (relay.size / RELAY_BYTES_PER_SECOND) * 1000),
            // The very tip that was read and shown: the SDK would ask again, and might hear another.
            sendTip: relay.tip === undefined ? null : { address: relay.tip.address, kind: { const: relay.tip.amount } },
          },
        }),
  });
  client.reset();
  return client;
}

/** A Sui client for a full node's gRPC service. */
export async function openSuiClient({ name, suiUrl }: SdkNetwork): Promise<ClientWithCoreApi> {
  const { SuiGrpcClient } = await import("@mysten/sui/grpc");
  return new SuiGrpcClient({ network: name, baseUrl: suiUrl });
}
