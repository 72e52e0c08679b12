import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import type { BlobReference } from "../../walrus/blob-store.ts";
import { writeWhole } from "./model-cache.ts";

const recordSchema = z.strictObject({
  contentHash: z.templateLiteral(["0x", z.string().regex(/^[0-9a-f]{64}$/)]),
  size: z.int().min(1),
});

export interface RecordedManifestsOptions {
  /** The cache's folder. */
  readonly root: string;
}

/** Which bytes manifests have that were pulled by their Blob ID alone, which is for good. */
export class RecordedManifests {
  readonly #root: string;

  constructor({ root }: RecordedManifestsOptions) {
    this.#root = root;
  }

  async find(blobId: string): Promise<BlobReference | undefined> {
    try {
      return { blobId, ...recordSchema.parse(JSON.parse(await readFile(this.#pathOf(blobId), "utf8"))) };
    } catch {
      return undefined;
    }
  }

  /** Notes a reference whose bytes were checked against the Blob ID. */
  async record({ blobId, contentHash, size }: BlobReference): Promise<void> {
    await writeWhole(this.#pathOf(blobId), JSON.stringify({ contentHash, size }));
  }

  /** Not under the ID itself: there are file systems to which its capitals are small letters. */
  #pathOf(blobId: string): string {
    return join(this.#root, "records", `manifest-${Buffer.from(blobId, "base64url").toString("hex")}.json`);
  }
}
