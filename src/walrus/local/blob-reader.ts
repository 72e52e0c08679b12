import { type BlobId, blobIdToHex } from "../blob-id.ts";
import type { BlobFiles } from "./blob-files.ts";
import type { DiskCache } from "./disk-cache.ts";
import type { Faults } from "./faults.ts";
import { readSlivers, type SliverSource } from "./read-slivers.ts";
import type { SliverCodec } from "../slivers/sliver-codec.ts";
import type { SliverVerifier } from "../slivers/sliver-verifier.ts";

export interface BlobReaderOptions {
  readonly files: BlobFiles;
  /** Blobs put together from slivers. */
  readonly assembled: DiskCache;
  readonly codec: SliverCodec;
  readonly verifier: SliverVerifier;
  readonly faults: Faults;
  readonly nShards: number;
  /** The storage nodes of the current epoch. */
  readonly nodes: () => readonly SliverSource[];
  /** Read from slivers also what is here as it was uploaded. */
  readonly slivers: boolean;
  readonly signal: AbortSignal;
}

/** Finds the bytes of blobs: as they were uploaded, or put together from the storage nodes' slivers and checked against the Blob ID. */
export class BlobReader {
  readonly #options: BlobReaderOptions;
  #faultsVersion = 0;

  constructor(options: BlobReaderOptions) {
    this.#options = options;
  }

  /**
   * A file with a blob's bytes.
   * @throws ScrimshawError `walrus.slivers-insufficient`
   */
  async path(blobId: BlobId): Promise<string> {
    const { files, assembled, codec, faults, slivers, nShards, nodes, verifier, signal } = this.#options;
    if (!slivers && files.size(blobId) !== undefined) return files.path(blobId);
    // Otherwise a new fault would not show, and an old one would last.
    if (faults.version !== this.#faultsVersion) await assembled.clear();
    this.#faultsVersion = faults.version;
    return assembled.path(blobIdToHex(blobId).slice(2), async (target) => {
      const read = await readSlivers({ blobId, nShards, nodes: nodes(), verifier, signal });
      const { blobId: found } = await codec.decode({ nShards, blobId, ...read, target });
      if (found !== blobId) throw new Error("the blob was encoded inconsistently");
    });
  }
}
