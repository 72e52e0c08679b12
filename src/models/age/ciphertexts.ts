import { mkdir, readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { isBlobId } from "../../walrus/blob-id.ts";
import type { BlobStore } from "../../walrus/blob-store.ts";
import { saveBlob } from "../../walrus/save-blob.ts";
import type { Content } from "../cache/content-store.ts";
import type { FileLock } from "../../file-lock.ts";
import { writeWhole } from "../cache/model-cache.ts";
import type { ModelCache } from "../cache/model-cache.ts";
import { asDiskError } from "../disk-error.ts";
import type { BlobAge, Manifest } from "../manifest.ts";
import type { PlannedBlob } from "../plan.ts";
import { payloadSize } from "./age-file.ts";
import { describeCiphertext, encryptBlob } from "./encrypt-blob.ts";
import type { Recipients } from "./recipients.ts";

/** Whom a model is encrypted to, and where ciphertexts are kept until they are stored, and noted after that. */
export interface Encryption {
  readonly recipients: Recipients;
  readonly cache: ModelCache;
}

/** An age file by its content, and what it holds. */
export interface Ciphertext extends Content {
  readonly age: BlobAge;
}

/** One that was on Walrus once. */
export interface KnownCiphertext extends Ciphertext {
  readonly blobId: string;
}

const hash = z.string().regex(/^[0-9a-f]{64}$/);
const noteSchema = z.strictObject({ blobId: z.string().refine(isBlobId), sha256: hash, size: z.int(), header: hash });

const nameOf = ({ sha256, size }: Content): string => `${sha256}-${String(size)}`;

/**
 * The age files of plaintexts for one group of recipients. Each encryption gives another file, so the one that exists is what has to be
 * found again: in the newest manifest, in a note of this machine, or as a file that waits to be stored. Nothing of it is secret.
 */
export class Ciphertexts implements Disposable {
  readonly recipients: Recipients;
  readonly #cache: ModelCache;
  readonly #root: string;
  readonly #lock: FileLock;
  readonly #learned = new Map<string, KnownCiphertext>();

  private constructor({ recipients, cache }: Encryption, lock: FileLock) {
    this.recipients = recipients;
    this.#cache = cache;
    this.#root = join(cache.pathOfCiphertexts, recipients.id.slice(0, 32));
    this.#lock = lock;
  }

  /** To be disposed of; until then nobody prunes them. */
  static async open(encryption: Encryption, signal?: AbortSignal): Promise<Ciphertexts> {
    return new Ciphertexts(encryption, await encryption.cache.lock("ciphertexts", "shared", signal));
  }

  [Symbol.dispose](): void {
    this.#lock.release();
  }

  /** Bytes of the age file of a plaintext. */
  sizeOf(plaintextSize: number): number {
    return this.recipients.headerSize + payloadSize(plaintextSize);
  }

  /** Takes in what a version that was published for the same recipients holds. */
  learn({ encryption, blobs }: Manifest): void {
    if (encryption?.recipients !== this.recipients.id) return;
    for (const { id, sha256, size, age } of blobs) {
      if (age) this.#learned.set(nameOf(age), { blobId: id, sha256, size, age });
    }
  }

  /** What a manifest says of the encryption. */
  get description(): NonNullable<Manifest["encryption"]> {
    return { format: "age", recipients: this.recipients.id };
  }

  /** Age files of a plaintext that were on Walrus, the newest version's first. */
  async known(plaintext: Content): Promise<readonly KnownCiphertext[]> {
    const learned = this.#learned.get(nameOf(plaintext));
    const noted = await this.#note(plaintext);
    const isNew = noted !== undefined && noted.sha256 !== learned?.sha256;
    return [...(learned ? [learned] : []), ...(isNew ? [noted] : [])];
  }

  async #note(plaintext: Content): Promise<KnownCiphertext | undefined> {
    const text = await readFile(this.#pathOfNote(plaintext), "utf8").catch(() => "");
    try {
      const { blobId, sha256, size, header } = noteSchema.parse(JSON.parse(text));
      return { blobId, sha256, size, age: { header, sha256: plaintext.sha256, size: plaintext.size } };
    } catch {
      return undefined;
    }
  }

  /**
   * The age file of a planned blob: what an earlier run has left, or a new one.
   * @throws ScrimshawError `models.folder-changed`, `models.folder-unreadable`, `models.disk-failed`
   */
  async encrypt(
    planned: PlannedBlob,
    plaintext: Content,
    signal?: AbortSignal,
  ): Promise<Ciphertext & { readonly path: string }> {
    using locks = new DisposableStack();
    locks.use(await this.#cache.lock(`encrypt-${this.recipients.id}-${plaintext.sha256}`, "exclusive", signal));
    const left = await this.#left(plaintext, signal);
    if (left) return left;
    await mkdir(this.#root, { recursive: true });
    const { recipients } = this;
    const pathOf = (sha256: string): string => this.#pathOf(plaintext, sha256);
    try {
      return await encryptBlob({ planned, plaintext, recipients, pathOf, ...(signal && { signal }) });
    } catch (error) {
      throw asDiskError(error);
    }
  }

  /** What an earlier run has encrypted and not stored, if every byte of it is right. */
  async #left(plaintext: Content, signal?: AbortSignal): Promise<(Ciphertext & { readonly path: string }) | undefined> {
    const begin = `${nameOf(plaintext)}-`;
    for (const name of await readdir(this.#root).catch(() => [])) {
      if (!name.startsWith(begin) || !name.endsWith(".age")) continue;
      const path = join(this.#root, name);
      const { headerSize } = this.recipients;
      const ciphertext = await describeCiphertext({ path, plaintext, headerSize, ...(signal && { signal }) });
      const isRight = path === this.#pathOf(plaintext, ciphertext.sha256);
      if (isRight && ciphertext.size === this.sizeOf(plaintext.size)) return { ...ciphertext, path };
      await rm(path, { force: true });
    }
    return undefined;
  }

  /**
   * Brings an age file from Walrus, to be stored again for longer.
   * @returns where it is
   * @throws ScrimshawError errors of the store
   */
  async bring({ blobId, sha256, size, age }: KnownCiphertext, store: BlobStore, signal?: AbortSignal): Promise<string> {
    const path = this.#pathOf(age, sha256);
    await rm(path, { force: true });
    // The shards matter only where no hash is known.
    await saveBlob({ store, blobId, path, contentHash: `0x${sha256}`, size, nShards: 1000, ...(signal && { signal }) });
    return path;
  }

  /** Notes an age file that is on Walrus now; it need not be kept any more. */
  async stored({ blobId, sha256, size, age }: KnownCiphertext): Promise<void> {
    // A note that cannot be written costs no more than an upload later on.
    const note = JSON.stringify({ blobId, sha256, size, header: age.header });
    await writeWhole(this.#pathOfNote(age), note).catch(() => undefined);
    await rm(this.#pathOf(age, sha256), { force: true });
  }

  #pathOf(plaintext: Content, sha256: string): string {
    return join(this.#root, `${nameOf(plaintext)}-${sha256}.age`);
  }

  #pathOfNote(plaintext: Content): string {
    return join(this.#root, `${nameOf(plaintext)}.json`);
  }
}
