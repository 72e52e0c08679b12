import type { BlobId } from "./blob-id.ts";
import type { CollectedCertificate } from "./collect-certificate.ts";
import type { CollectedCertificates } from "./collect-certificates.ts";

/** Names a blob and pins its bytes: the form in which contracts and manifests refer to Walrus. */
export interface BlobReference {
  readonly blobId: BlobId;
  /** SHA-256 of the unencoded bytes, `0x` and 64 lower-case hex digits. */
  readonly contentHash: `0x${string}`;
  /** Unencoded length in bytes. */
  readonly size: number;
}

export type BlobProgress =
  /** `hashed` bytes have reached the encoder; what it then does with them cannot be watched. */
  | { readonly kind: "encode"; readonly hashed: number; readonly size: number }
  | { readonly kind: "upload"; readonly sent: number; readonly size: number }
  /** What will be paid next: to Walrus in WAL, or to an upload relay in SUI. Nine decimals. */
  | { readonly kind: "price"; readonly amount: bigint; readonly coin: "WAL" | "SUI"; readonly for: string }
  | { readonly kind: "stored"; readonly blobId: BlobId; readonly size: number }
  | {
      readonly kind: "download";
      readonly blobId: BlobId;
      readonly received: number;
      readonly size: number | undefined;
    };

export interface LongWork {
  readonly signal?: AbortSignal;
  readonly onProgress?: (event: BlobProgress) => void;
}

/** What to pay for. */
export interface StoreTerms {
  /** Epochs to pay for, counted from the current one. */
  readonly epochs?: number;
  /** Default false: a registry's reference must outlive its publisher. */
  readonly deletable?: boolean;
}

/** A stretch of a file, never reached through a symbolic link in the last name of its path. */
export interface FilePiece extends ByteRange {
  readonly path: string;
}

/**
 * Bytes in memory, which must not change meanwhile; a file; or pieces of files, one after the other. Files are never read into
 * memory as a whole here.
 */
export type BlobSource =
  { readonly bytes: Uint8Array } | { readonly path: string } | { readonly pieces: readonly FilePiece[] };

export type PutOptions = LongWork & StoreTerms & BlobSource;

export interface StoredBlob extends BlobReference {
  /** First epoch in which the blob is no longer paid for, as the publisher says. */
  readonly endEpoch: number;
  readonly alreadyCertified: boolean;
}

export interface ByteRange {
  readonly offset: number;
  readonly length: number;
}

/** A stretch of a blob whose hash is known. */
export interface Chunk extends ByteRange {
  /** SHA-256 of exactly these bytes. */
  readonly contentHash: `0x${string}`;
}

/** What a read is checked against. Without `contentHash` a whole blob is checked by computing its Blob ID. */
export interface GetOptions extends LongWork {
  readonly blobId: BlobId;
  /**
   * SHA-256 of exactly the bytes asked for: of the whole blob, or, with `range`, of that range (a manifest or an
   * evidence reference knows it).
   */
  readonly contentHash?: `0x${string}`;
  /** Expected length of the whole blob; a longer answer is cut off and refused. */
  readonly size?: number;
  /** Refused without `contentHash` or `chunk` unless `unverified` is set. */
  readonly range?: ByteRange;
  /** The chunk that holds `range`: it is read and checked as a whole, and the range cut out of it. */
  readonly chunk?: Chunk;
  /** The caller checks the bytes by other means (a Merkle root, say) and says so. */
  readonly unverified?: boolean;
  /** Upper bound of bytes to accept when no size is known. Default 1 GiB. */
  readonly maxSize?: number;
  /** The blob was certified moments ago, by whomever: a 404 is asked again, past caches. A store knows its own. */
  readonly fresh?: boolean;
}

/** What a streamed read is checked against: one of `contentHash`, `parts` and `unverified` is needed. */
export interface StreamOptions extends LongWork {
  readonly blobId: BlobId;
  /** Only these bytes of the blob. */
  readonly range?: ByteRange;
  /** Length of the whole blob. With it or `range` a read that breaks off goes on at another server. */
  readonly size?: number;
  /**
   * SHA-256 of all bytes asked for. They are handed out as they come, but the last piece only once the hash is right: who
   * sees the end has seen the right bytes, and who sees an error must drop what came before it.
   */
  readonly contentHash?: `0x${string}`;
  /** The bytes asked for, cut into parts without gaps. A part is handed out whole, and only after its hash was checked. */
  readonly parts?: readonly StreamPart[];
  /** The caller checks the bytes by other means and says so. */
  readonly unverified?: boolean;
  /** Upper bound of bytes to accept when no size is known. Default 1 GiB. */
  readonly maxSize?: number;
  readonly fresh?: boolean;
}

/** One part of a stream, held in memory until it is checked: at most 256 MiB. */
export interface StreamPart {
  readonly length: number;
  readonly contentHash: `0x${string}`;
}

export interface ExtendOptions extends LongWork {
  readonly blobId: BlobId;
  /** Epochs to be paid for in all, counted from the current one. */
  readonly epochs: number;
  /** Spare an encoding when the blob has to be read first. */
  readonly contentHash?: `0x${string}`;
  readonly size?: number;
}

export type BlobState = "nonexistent" | "registered" | "certified" | "invalid";

/** Where each known fact was learned, for people. */
export interface StatusSources {
  readonly state: string;
  readonly endEpoch?: string;
  readonly deletable?: string;
  readonly endsAt?: string;
}

export interface BlobStatus {
  readonly blobId: BlobId;
  readonly state: BlobState;
  /** First epoch in which the blob is no longer paid for. Unknown for blobs that are only deletable. */
  readonly endEpoch: number | undefined;
  readonly deletable: boolean | undefined;
  /** When `endEpoch` begins, as far as epochs keep their length. */
  readonly endsAt?: Date;
  /** Where the state was learned: a URL or `computed`. */
  readonly source: string;
  readonly sources?: StatusSources;
}

export interface BlobLookup {
  readonly blobId: BlobId;
  readonly signal?: AbortSignal;
}

export interface BlobsLookup {
  readonly blobIds: readonly BlobId[];
  readonly signal?: AbortSignal;
}

/**
 * The one seam to Walrus. Implementations never hand out bytes that were not checked, and never print.
 * `put` returns only after the blob is certified and its Blob ID, computed here, equals the publisher's answer.
 */
export interface BlobStore {
  put(options: PutOptions): Promise<StoredBlob>;
  get(options: GetOptions): Promise<Uint8Array>;
  /** What is guaranteed when, say the options. Ends with an error if the bytes are not the right ones. */
  stream(options: StreamOptions): AsyncIterable<Uint8Array>;
  status(options: BlobLookup): Promise<BlobStatus>;
  /** Pays for more epochs. Does nothing where enough are paid for. */
  extend(options: ExtendOptions): Promise<StoredBlob>;
  /** A fresh certificate, checked under the committee that the store was told to trust. */
  certificate(options: BlobLookup): Promise<CollectedCertificate>;
  /** Fresh certificates of many blobs, checked the same way, by the same signers where that is possible. */
  certificates(options: BlobsLookup): Promise<CollectedCertificates>;
}
