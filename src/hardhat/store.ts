import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import type { BlobStore } from "../walrus/blob-store.ts";
import type { SystemSource } from "../walrus/system.ts";
import { configuredToken } from "./publisher-token.ts";

/** Where the configured network tells its epoch, prices and committee: a local one itself, the others on Sui. */
export async function openSystem(hre: HardhatRuntimeEnvironment): Promise<SystemSource> {
  const { network, aggregators } = hre.config.walrus;
  if (network === "local") {
    const { localSystemSource } = await import("../walrus/fetch-local-system.ts");
    return localSystemSource({ urls: aggregators });
  }
  const { SDK_NETWORKS } = await import("../walrus/sdk/sdk-network.ts");
  const { suiSystem } = await import("../walrus/sdk/sui-system.ts");
  return suiSystem({ network: SDK_NETWORKS[network] });
}

/** The configured Walrus behind its one seam, for commands that need no chain. Loads the HTTP client on first use. */
export async function openStore(hre: HardhatRuntimeEnvironment): Promise<BlobStore & AsyncDisposable> {
  const { HttpBlobStore } = await import("../walrus/http-blob-store.ts");
  const { publishers, aggregators, epochs, nShards } = hre.config.walrus;
  const publisherToken = await configuredToken(hre.config.walrus);
  const token = publisherToken === undefined ? {} : { publisherToken };
  const system = await openSystem(hre);
  const reader = new HttpBlobStore({ publishers, aggregators, epochs, nShards, system, ...token });
  const writer = await openSuiWriter(hre);
  if (writer === undefined) return reader;
  const { SplitBlobStore } = await import("../walrus/split-blob-store.ts");
  return new SplitBlobStore({ reader, writer });
}

/** Pays on Sui with the configured key, where there is one: it is read when something is paid for, and never printed. */
async function openSuiWriter(hre: HardhatRuntimeEnvironment): Promise<(BlobStore & AsyncDisposable) | undefined> {
  const { network, sui, epochs } = hre.config.walrus;
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
