import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import type { BlobStore } from "../walrus/blob-store.ts";

/** The configured Walrus behind its one seam, for commands that need no chain. Loads the HTTP client on first use. */
export async function openStore(hre: HardhatRuntimeEnvironment): Promise<BlobStore & AsyncDisposable> {
  const { HttpBlobStore } = await import("../walrus/http-blob-store.ts");
  const { publishers, aggregators, epochs, nShards } = hre.config.walrus;
  return new HttpBlobStore({ publishers: [...publishers], aggregators: [...aggregators], epochs, nShards });
}
