import { createReadStream } from "node:fs";
import { mkdtemp, open, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isScrimshawError } from "../../errors.ts";
import type { ScrimshawError } from "../../errors.ts";
import type { BlobStore } from "../../walrus/blob-store.ts";
import { computeBlobId } from "../../walrus/compute-blob-id.ts";
import type { EncoderPool } from "../../walrus/encoder-pool.ts";
import type { Identities } from "../age/identities.ts";
import { StreamCutter } from "../age/stream-cutter.ts";
import { hashOfFile } from "../cache/hash-of-file.ts";
import { saysWrong } from "../gather-part.ts";
import type { FilePart, Manifest, ManifestBlob } from "../manifest.ts";
import { checkedPlaintext } from "./plaintext.ts";
import { ModelCheckList } from "./report.ts";

/** Times that a blob is fetched: the store takes another server each time, and the last time whatever comes. */
const ATTEMPTS = 3;

/** How a store says that a blob has not the size that was asked for. */
const OTHER_SIZE = new Set(["walrus.body-truncated", "walrus.range-not-satisfiable", "walrus.body-too-long"]);

export interface BlobShelfOptions {
  readonly manifest: Manifest;
  readonly store: BlobStore;
  readonly identities: Identities | undefined;
  /** Of the network, for Blob IDs. */
  readonly nShards: number;
  readonly pool: EncoderPool;
  readonly list: ModelCheckList;
  readonly signal?: AbortSignal | undefined;
  readonly onReceived: (blobId: string, bytes: number) => void;
}

interface Held {
  readonly index: number;
  readonly blob: ManifestBlob;
  readonly path: string;
  /** Of a private model. */
  readonly plaintext: AsyncGenerator<Uint8Array, void, undefined> | undefined;
  readonly cutter: StreamCutter | undefined;
  /** Ends when the blob was encoded, and its answers are added. */
  readonly checked: Promise<void>;
}

/**
 * The blobs of a manifest as Walrus gives them, each checked when it is first needed. One is on the disk to be read, and one more
 * while it is encoded; one is encoded at a time.
 */
export class BlobShelf implements AsyncDisposable {
  readonly #options: BlobShelfOptions;
  readonly #folder: string;
  readonly #seen = new Map<number, ScrimshawError | undefined>();
  #held: Held | undefined;
  /** Ends when the blob before this one is checked and gone. */
  #before: Promise<void> = Promise.resolve();

  private constructor(options: BlobShelfOptions, folder: string) {
    this.#options = options;
    this.#folder = folder;
  }

  /** To be disposed of, which waits for the last answers. */
  static async open(options: BlobShelfOptions): Promise<BlobShelf> {
    return new BlobShelf(options, await mkdtemp(join(tmpdir(), "scrimshaw-verify-")));
  }

  /** Waits until all answers are there. */
  async finish(): Promise<void> {
    await this.#putAway();
    await this.#before;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.finish().catch(() => undefined);
    await rm(this.#folder, { recursive: true, force: true });
  }

  /**
   * The bytes at the place of a part, right or wrong. Parts of one private blob are asked for in rising order, each once.
   * @throws ScrimshawError errors of the store, `models.identity-missing`, `models.identity-wrong`, `models.ciphertext-invalid`
   */
  async *read(part: FilePart): AsyncGenerator<Uint8Array, void, undefined> {
    const { manifest, store, signal } = this.#options;
    const blob = manifest.blobs[part.blob];
    if (!blob) throw new RangeError(`no blob ${String(part.blob)}`);
    const known = this.#seen.get(part.blob);
    if (known) throw known;
    const { offset, length } = part;
    const isHeld = this.#held?.index === part.blob;
    if (!isHeld && this.#seen.has(part.blob) && blob.age === undefined) {
      // No manifest has a blob fetched over and over.
      const range = { offset, length };
      yield* store.stream({ blobId: blob.id, size: blob.size, range, unverified: true, ...(signal && { signal }) });
      return;
    }
    const held = isHeld && this.#held ? this.#held : await this.#take(part.blob, blob);
    if (held.cutter) yield* this.#decrypt(held.cutter, part);
    else yield* createReadStream(held.path, { start: offset, end: offset + length - 1, signal });
  }

  async *#decrypt(
    cutter: StreamCutter,
    { blob, offset, length }: FilePart,
  ): AsyncGenerator<Uint8Array, void, undefined> {
    try {
      yield* cutter.cut(offset, length);
    } catch (error) {
      if (isScrimshawError(error)) this.#seen.set(blob, error);
      throw error;
    }
  }

  async #take(index: number, blob: ManifestBlob): Promise<Held> {
    await this.#putAway();
    const isNew = !this.#seen.has(index);
    const path = join(this.#folder, String(index));
    const problem = await this.#fetch(blob, path);
    this.#seen.set(index, problem);
    const { list, identities, signal } = this.#options;
    if (problem) {
      const detail = `${problem.code}: ${problem.found}`;
      // More bytes than the manifest says are wrong, whatever follows.
      const status = problem.code === "walrus.body-too-long" ? "failed" : "not-checked";
      list.add({ check: "blob-hash", about: blob.id, status, detail });
      list.notChecked({ check: "blob-id", about: blob.id }, detail);
      throw problem;
    }
    const before = this.#before;
    const checked = isNew ? before.then(() => this.#check(blob, path)) : before;
    // Waited for when it is put away; until then its failure is nobody's.
    checked.catch(() => undefined);
    const { age } = blob;
    // What was answered before is not answered again.
    const silent = isNew ? list : new ModelCheckList();
    const plaintext = age && checkedPlaintext({ path, blob: { ...blob, age }, identities, list: silent, signal });
    this.#held = { index, blob, path, checked, plaintext, cutter: plaintext && new StreamCutter(plaintext) };
    return this.#held;
  }

  /** Lets go of what is held, and waits until nothing but it is on the disk. */
  async #putAway(): Promise<void> {
    const held = this.#held;
    if (held === undefined) return;
    this.#held = undefined;
    await this.#readRest(held);
    await this.#before;
    this.#before = held.checked.finally(() => rm(held.path, { force: true }));
    this.#before.catch(() => undefined);
  }

  /** Nobody needs the rest of what a blob holds, but it is to be right too. */
  async #readRest({ plaintext }: Held): Promise<void> {
    if (plaintext === undefined) return;
    try {
      for (let isDone = false; !isDone;) isDone = (await plaintext.next()).done === true;
    } catch (error) {
      if (!isScrimshawError(error)) throw error;
    }
  }

  /** Brings a blob, preferably its right bytes. @returns why none can be had */
  async #fetch({ id: blobId, size, sha256 }: ManifestBlob, path: string): Promise<ScrimshawError | undefined> {
    const { store, signal, onReceived } = this.#options;
    for (let attempt = 1; ; attempt++) {
      // At last without the size too: a blob that is shorter is told from one that is cut off on its way.
      const check =
        attempt < ATTEMPTS ? { size, contentHash: `0x${sha256}` as const } : { maxSize: size, unverified: true };
      try {
        await using file = await open(path, "w", 0o600);
        for await (const piece of store.stream({ blobId, ...check, ...(signal && { signal }) })) {
          await file.writeFile(piece);
          onReceived(blobId, piece.length);
        }
        return undefined;
      } catch (error) {
        signal?.throwIfAborted();
        if (!isScrimshawError(error)) throw error;
        if (attempt === ATTEMPTS || !(saysWrong(error) || OTHER_SIZE.has(error.code))) return error;
      }
    }
  }

  async #check({ id, size, sha256 }: ManifestBlob, path: string): Promise<void> {
    const { list, nShards, pool, signal } = this.#options;
    let found: { readonly blobId?: string; readonly contentHash: string; readonly size: number };
    let problem = "";
    try {
      found = await computeBlobId({ path, nShards, pool, ...(signal && { signal }) });
    } catch (error) {
      if (!isScrimshawError(error)) throw error;
      problem = `${error.code}: ${error.found}`;
      found = { contentHash: `0x${await hashOfFile(path, signal)}`, size: (await stat(path)).size };
    }
    list.expect({ check: "blob-hash", about: id }, found.contentHash === `0x${sha256}` && found.size === size, {
      passed: `SHA-256 of ${String(size)} bytes is ${sha256}`,
      failed: `its ${String(found.size)} bytes have SHA-256 ${found.contentHash.slice(2)}, not ${String(size)} with ${sha256}`,
    });
    const question = { check: "blob-id", about: id } as const;
    if (found.blobId === undefined) list.notChecked(question, problem);
    else
      list.expect(question, found.blobId === id, {
        passed: "encoding the bytes again gives this Blob ID",
        failed: `the bytes encode to ${found.blobId}`,
      });
  }
}
