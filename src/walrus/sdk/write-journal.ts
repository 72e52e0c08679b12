import { mkdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";

import { z } from "zod";

import { type BlobId, blobIdToHex } from "../blob-id.ts";
import { writeFileAtomic } from "../atomic-file.ts";

const Hex = z.templateLiteral(["0x", z.string().regex(/^[0-9a-f]*$/)]);
const Base64 = z.base64().max(200_000);
const Epoch = z.int().min(0).max(0xffff_ffff);

/** A transaction that was signed and may have been sent: it is sent again as it is, which Sui carries out at most once. */
const Signed = z.strictObject({ digest: z.string().max(60), bytes: Base64, signature: Base64 });

const Saved = z.strictObject({
  schema: z.literal("scrimshaw.walrus-write/1"),
  /** What the write is for; another network, owner, kind or term begins anew. */
  terms: z.strictObject({
    network: z.string().max(200),
    systemObjectId: z.string().max(80),
    owner: z.string().max(80),
    deletable: z.boolean(),
    relay: z.string().max(500).optional(),
  }),
  /** Base64 of 32 random bytes that tie an upload relay's tip to this upload. */
  nonce: Base64.optional(),
  registering: Signed.optional(),
  registered: z
    .strictObject({
      objectId: z.templateLiteral(["0x", z.string().regex(/^[0-9a-f]{64}$/)]),
      digest: z.string().max(60),
      endEpoch: Epoch,
    })
    .optional(),
  certificate: z.strictObject({ epoch: Epoch, message: Hex, bitmap: Hex, signature: Hex }).optional(),
  certifying: Signed.optional(),
});

/** How far the write of one blob has come. It holds no key. */
export type WriteEntry = Omit<z.infer<typeof Saved>, "schema">;
export type SignedTransaction = z.infer<typeof Signed>;
export type WriteTerms = WriteEntry["terms"];

/**
 * Remembers the steps of writes that are under way, a file for each blob, so that the same write run again goes on where the last one
 * ended and pays for nothing twice. An entry is removed once its blob is certified.
 */
export class WriteJournal {
  readonly #directory: string;

  constructor({ directory }: { readonly directory: string }) {
    this.#directory = directory;
  }

  /** The entry of a blob under these terms; undefined where there is none, or one for other terms. */
  async read({
    blobId,
    terms,
  }: {
    readonly blobId: BlobId;
    readonly terms: WriteTerms;
  }): Promise<WriteEntry | undefined> {
    let text: string;
    try {
      text = await readFile(this.#path({ blobId, terms }), "utf8");
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
      throw error;
    }
    try {
      const { terms: written, nonce, registering, registered, certificate, certifying } = Saved.parse(JSON.parse(text));
      if (JSON.stringify(written) !== JSON.stringify(terms)) return undefined;
      return { terms, nonce, registering, registered, certificate, certifying };
    } catch {
      // Damaged: the chain is asked for what was registered.
      return undefined;
    }
  }

  async write({ blobId, entry }: { readonly blobId: BlobId; readonly entry: WriteEntry }): Promise<void> {
    await mkdir(this.#directory, { recursive: true });
    const data = `${JSON.stringify({ schema: "scrimshaw.walrus-write/1", ...entry }, undefined, 1)}\n`;
    await writeFileAtomic({ path: this.#path({ blobId, terms: entry.terms }), data, mode: 0o600 });
  }

  async remove({ blobId, terms }: { readonly blobId: BlobId; readonly terms: WriteTerms }): Promise<void> {
    await rm(this.#path({ blobId, terms }), { force: true });
  }

  #path({ blobId, terms }: { readonly blobId: BlobId; readonly terms: WriteTerms }): string {
    const name = terms.network.replace(/[^a-zA-Z0-9-]/g, "_");
    return join(this.#directory, `${name}-${blobIdToHex(blobId).slice(2)}.json`);
  }
}
