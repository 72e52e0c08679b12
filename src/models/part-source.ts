import { createHash } from "node:crypto";
import { ScrimshawError } from "../errors.ts";
import type { BlobStore } from "../walrus/blob-store.ts";
import type { EncryptedBlob } from "./age/age-file.ts";
import { identityMissing } from "./age/errors.ts";
import type { Identities } from "./age/identities.ts";
import { MAX_PART } from "./limits.ts";
import type { FilePart, Manifest, ManifestBlob } from "./manifest.ts";

export interface PartSourceOptions {
  readonly manifest: Manifest;
  /** The parts that will be asked for; they decide whether a shared blob is fetched as a whole. */
  readonly wanted: readonly FilePart[];
  readonly store: BlobStore;
  /** For a private model. */
  readonly identities?: Identities | undefined;
  readonly signal?: AbortSignal;
}

/**
 * Fetches parts of files, each checked by its hash. A blob of which at least half is wanted comes in one piece and is kept
 * until the next one, so parts should be asked for blob by blob; one that is asked for again comes in ranges, so that no manifest
 * has it fetched over and over. Of a private model blobs always come in one piece. At most 512 MiB are held at a time.
 */
export class PartSource {
  readonly #manifest: Manifest;
  readonly #store: BlobStore;
  readonly #signal: AbortSignal | undefined;
  readonly #identities: Identities | undefined;
  readonly #whole: Set<number>;
  #held: { readonly index: number; readonly bytes: Uint8Array } | undefined;

  constructor({ manifest, wanted, store, identities, signal }: PartSourceOptions) {
    this.#manifest = manifest;
    this.#store = store;
    this.#identities = identities;
    this.#signal = signal;
    const lengths = new Map<number, number>();
    for (const { blob, length } of wanted) lengths.set(blob, (lengths.get(blob) ?? 0) + length);
    const isWhole = ([index, length]: [number, number]): boolean => {
      const size = manifest.blobs[index]?.size ?? Infinity;
      return size <= MAX_PART && length * 2 >= size;
    };
    this.#whole = new Set([...lengths].filter(isWhole).map(([index]) => index));
  }

  /** True for a part that comes by itself: such parts may be asked for at the same time. */
  comesAlone({ blob }: FilePart): boolean {
    return this.#manifest.blobs[blob]?.age === undefined && !this.#whole.has(blob);
  }

  /**
   * The bytes of a part, whose own hash was checked: also when its whole blob was fetched, whose hash says nothing of the part.
   * @throws ScrimshawError `models.part-mismatch`, `models.blob-too-short`, `models.identity-missing`, `models.identity-wrong`,
   *   `models.ciphertext-invalid`, errors of the store
   */
  async read(part: FilePart): Promise<Uint8Array> {
    const blob = this.#manifest.blobs[part.blob];
    if (!blob) throw new RangeError(`no blob ${String(part.blob)}`);
    const { offset, length } = part;
    if (blob.age !== undefined || this.#whole.has(part.blob) || this.#held?.index === part.blob) {
      const bytes = await this.#readWhole(part.blob, blob);
      return requireHash(bytes.subarray(offset, offset + length), part, blob);
    }
    const bytes = await this.#store.get({
      blobId: blob.id,
      contentHash: `0x${part.sha256}`,
      size: blob.size,
      range: { offset, length },
      ...(this.#signal && { signal: this.#signal }),
    });
    return requireLength(bytes, length, blob);
  }

  async #readWhole(index: number, blob: ManifestBlob): Promise<Uint8Array> {
    if (this.#held?.index === index) return this.#held.bytes;
    this.#held = undefined;
    this.#whole.delete(index);
    const got = await this.#store.get({
      blobId: blob.id,
      contentHash: `0x${blob.sha256}`,
      size: blob.size,
      ...(this.#signal && { signal: this.#signal }),
    });
    requireLength(got, blob.size, blob);
    const bytes = blob.age === undefined ? got : await this.#decrypt(got, { ...blob, age: blob.age });
    this.#held = { index, bytes };
    return bytes;
  }

  async #decrypt(ciphertext: Uint8Array, blob: EncryptedBlob): Promise<Uint8Array> {
    if (this.#identities === undefined) throw identityMissing();
    const { decryptBytes } = await import("./age/decrypt-bytes.ts");
    return decryptBytes({ ciphertext, blob, identities: this.#identities });
  }
}

function requireHash(bytes: Uint8Array, part: FilePart, blob: ManifestBlob): Uint8Array {
  const isChecked = blob.age === undefined && part.length === blob.size && part.sha256 === blob.sha256;
  const found = isChecked ? part.sha256 : createHash("sha256").update(bytes).digest("hex");
  if (found === part.sha256) return bytes;
  throw partMismatch(part, blob, found);
}

/** The error for a range of a blob that does not hold the part it should: `models.part-mismatch`. */
export function partMismatch(part: FilePart, blob: ManifestBlob, found: string): ScrimshawError {
  return new ScrimshawError({
    code: "models.part-mismatch",
    expected: `SHA-256 ${part.sha256} for ${String(part.length)} bytes at ${String(part.offset)} of blob ${blob.id}`,
    found,
    next: "The manifest contradicts its blobs: do not use this version, and tell its publisher.",
  });
}

function requireLength(bytes: Uint8Array, length: number, { id }: ManifestBlob): Uint8Array {
  if (bytes.length === length) return bytes;
  throw new ScrimshawError({
    code: "models.blob-too-short",
    expected: `${String(length)} bytes of blob ${id}`,
    found: `${String(bytes.length)} bytes`,
    next: "Do not use this version, and tell its publisher.",
  });
}
