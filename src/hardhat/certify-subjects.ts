import { access } from "node:fs/promises";
import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import { isAddress } from "ethers";
import { ModelCache } from "../models/cache/model-cache.ts";
import { findVersionBlobs } from "../models/leases/version-blobs.ts";
import { parseReference } from "../models/reference.ts";
import { resolveVersion } from "../models/resolve.ts";
import { type BlobId, parseBlobId } from "../walrus/blob-id.ts";
import { readBlobArgument } from "../walrus/blob-list.ts";
import type { Environment } from "./environment.ts";

export interface SubjectsOptions {
  /** Blob IDs, lists of blobs, and models, as they were typed. */
  readonly texts: readonly string[];
  readonly hre: HardhatRuntimeEnvironment;
  /** Opens the chain, for models alone. */
  readonly environment: () => Promise<Environment>;
  readonly signal: AbortSignal;
}

/** Whether a text is meant as a model: an account, a slash and a name, where there is no file of that path. */
async function isModel(text: string, addressBook: Readonly<Record<string, string>>): Promise<boolean> {
  const [creator = "", ...rest] = text.split("/");
  if (rest.length !== 1 || !(isAddress(creator) || Object.hasOwn(addressBook, creator) || text.includes("@")))
    return false;
  return access(text).then(
    () => false,
    () => true,
  );
}

/**
 * The blobs that a command was given: of a model, its manifest and all that hold the files of the version. Each once.
 * @throws ScrimshawError errors of `readBlobArgument`, `resolveVersion` and of the store
 */
export async function certifySubjects({ texts, hre, environment, signal }: SubjectsOptions): Promise<BlobId[]> {
  const { addressBook, cache } = hre.config.scrimshaw;
  const found = new Set<BlobId>();
  for (const text of texts) {
    if (await isModel(text, addressBook)) {
      const open = await environment();
      const registry = await open.contract("modelRegistry");
      const reference = parseReference({ text, addressBook });
      const resolved = await resolveVersion({ registry, reference, signal });
      const terms = { registry, store: await open.store(), cache: new ModelCache({ root: cache }), signal };
      const { blobs, problem } = await findVersionBlobs({ ...terms, resolved });
      if (problem !== undefined) throw problem;
      for (const { blob } of blobs) found.add(blob.blobId);
      continue;
    }
    const argument = await readBlobArgument(text);
    const blobs = argument.kind === "blob" ? [argument] : argument.blobs;
    for (const { blobId } of blobs) found.add(parseBlobId(blobId));
  }
  return [...found];
}
