import type { BlobId } from "./blob-id.ts";

/** Names a blob and pins its bytes: the form in which contracts and manifests refer to Walrus. */
export interface BlobReference {
  readonly blobId: BlobId;
  /** SHA-256 of the unencoded bytes, `0x` and 64 lower-case hex digits. */
  readonly contentHash: `0x${string}`;
  /** Unencoded length in bytes. */
  readonly size: number;
}

export type BlobProgress =
  | { readonly kind: "encode"; readonly size: number }
  | { readonly kind: "upload"; readonly blobId: BlobId; readonly sent: number; readonly size: number }
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

export interface PutOptions extends LongWork {
  readonly bytes: Uint8Array;
  /** Epochs to pay for, counted from the current one. */
  readonly epochs?: number;
  /** Default false: a registry's reference must outlive its publisher. */
  readonly deletable?: boolean;
}

export interface StoredBlob extends BlobReference {
  /** First epoch in which the blob is no longer paid for, as the publisher says. */
  readonly endEpoch: number;
  readonly alreadyCertified: boolean;
}

export interface ByteRange {
  readonly offset: number;
  readonly length: number;
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
  /** Refused without `contentHash` unless `unverified` is set. */
  readonly range?: ByteRange;
  /** The caller checks the bytes by other means (a Merkle root, say) and says so. */
  readonly unverified?: boolean;
  /** Upper bound of bytes to accept when no size is known. Default 1 GiB. */
  readonly maxSize?: number;
}

export type BlobState = "nonexistent" | "registered" | "certified" | "invalid";

export interface BlobStatus {
  readonly blobId: BlobId;
  readonly state: BlobState;
  readonly endEpoch: number | undefined;
  readonly deletable: boolean | undefined;
  /** Where each fact was learned, for people: a URL or `computed`. */
  readonly source: string;
}

/**
 * The one seam to Walrus. Implementations never hand out bytes that were not checked, and never print.
 * `put` returns only after the blob is certified and its Blob ID, computed here, equals the publisher's answer.
 */
export interface BlobStore {
  put(options: PutOptions): Promise<StoredBlob>;
  get(options: GetOptions): Promise<Uint8Array>;
  status(options: { readonly blobId: BlobId; readonly signal?: AbortSignal }): Promise<BlobStatus>;
}
