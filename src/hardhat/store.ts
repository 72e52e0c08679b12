import type { HardhatConfig } from "hardhat/types/config";
import type { BlobStore } from "../walrus/blob-store.ts";
import type { SystemSource } from "../walrus/system.ts";
import { configuredToken } from "./publisher-token.ts";

/** The environment of a task is one. */
interface Configured {
  readonly config: Pick<HardhatConfig, "walrus">;
}

/** Where the configured network tells its epoch, prices and committee: a local one itself, the others on Sui. */
export async function openSystem({ config }: Configured): Promise<SystemSource> {
  const { network, aggregators } = config.walrus;
  if (network === "local") {
    const { localSystemSource } = await import("../walrus/fetch-local-system.ts");
    return localSystemSource({ urls: aggregators });
  }
  const { SDK_NETWORKS } = await import("../walrus/sdk/sdk-network.ts");
  const { suiSystem } = await import("../walrus/sdk/sui-system.ts");
  return suiSystem({ network: SDK_NETWORKS[network] });
}

/** The configured Walrus behind its one seam, for commands that need no chain. Loads the HTTP client on first use. */
export async function openStore({ config }: Configured): Promise<BlobStore & AsyncDisposable> {
  const { HttpBlobStore } = await import("../walrus/http-blob-store.ts");
  const { publishers, aggregators, epochs, nShards } = config.walrus;
  const publisherToken = await configuredToken(config.walrus);
  const token = publisherToken === undefined ? {} : { publisherToken };
  const system = await openSystem({ config });
  const reader = new HttpBlobStore({ publishers, aggregators, epochs, nShards, system, ...token });
  const writer = await openSuiWriter({ config });
  if (writer === undefined) return reader;
  const { SplitBlobStore } = await import("../walrus/split-blob-store.ts");
  return new SplitBlobStore({ reader, writer });
}

/** Pays on Sui with the configured key, where there is one: it is read when something is paid for, and never printed. */
async function openSuiWriter({ config }: Configured): Promise<(BlobStore & AsyncDisposable) | undefined> {
  const { network, sui, epochs } = config.walrus;
  if (sui === undefined || network === "local") return undefined;
  const { SDK_NETWORKS } = await import("../walrus/sdk/sdk-network.ts");
  const { SdkBlobStore } = await import("../walrus/sdk/sdk-blob-store.ts");
  const { suiSignerFromSecret } = await import("../walrus/sdk/sui-signer.ts");
  const { privateKey, url, relay, maxTip, maxGas, maxCost, journalDir } = sui;
  return new SdkBlobStore({
    network: { ...SDK_NETWORKS[network], ...(url === undefined ? {} : { suiUrl: url }) },
    journalDir,
    epochs,
    signer: async () => suiSignerFromSecret(await privateKey.get()),
    ...(relay === undefined ? {} : { relay: { host: relay, ...(maxTip === undefined ? {} : { maxTip }) } }),
    ...(maxGas === undefined ? {} : { maxGas }),
    ...(maxCost === undefined ? {} : { maxCost }),
  });
}
