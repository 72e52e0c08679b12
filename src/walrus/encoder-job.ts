import type { BlobId } from "./blob-id.ts";
import type { FilePiece } from "./blob-store.ts";

/** Where an encoder reads a blob itself, which keeps the bytes out of the main thread. */
export type FileSource =
  { readonly path: string; readonly size: number } | { readonly pieces: readonly FilePiece[]; readonly size: number };

/** Where an encoder reads a blob: from memory or from files. */
export type EncoderSource = { readonly bytes: Uint8Array<ArrayBufferLike> } | FileSource;

/** A window through which a worker is handed bytes of the main thread's memory, one piece at a time. */
export interface StagedSource {
  readonly size: number;
  readonly window: SharedArrayBuffer;
  /** One Int32: how many pieces were put into the window so far. */
  readonly filled: SharedArrayBuffer;
}

export interface EncoderRequest {
  readonly nShards: number;
  /** Give back the slivers too. */
  readonly slivers: boolean;
  readonly source: StagedSource | FileSource;
}

export interface EncoderResult {
  readonly blobId: BlobId;
  /** Root of the Merkle tree over the sliver pairs, 32 bytes as `0x`-hex. */
  readonly rootHash: `0x${string}`;
  /** SHA-256 of the unencoded bytes. */
  readonly contentHash: `0x${string}`;
  readonly size: number;
}

/** What an encoded blob is made of, in the order of pairs. */
export interface EncodedSlivers {
  /** BCS of the blob's metadata with its id. */
  readonly metadata: Uint8Array;
  /** In BCS. */
  readonly primary: readonly Uint8Array<ArrayBuffer>[];
  readonly secondary: readonly Uint8Array<ArrayBuffer>[];
}

export interface EncodedBlob extends EncoderResult {
  readonly slivers: EncodedSlivers;
}

export type EncoderAnswer =
  | { readonly ok: true; readonly result: EncoderResult & Partial<EncodedBlob> }
  | { readonly ok: false; readonly message: string };

/** What a worker says: it needs the next piece in its window, it has hashed so many bytes, or it is done. */
export type EncoderMessage =
  | { readonly kind: "need"; readonly offset: number; readonly length: number }
  | { readonly kind: "hashed"; readonly bytes: number }
  | { readonly kind: "answer"; readonly answer: EncoderAnswer };
