import type { BlobEncoder } from "@mysten/walrus-wasm";

import type { BlobId } from "../blob-id.ts";
import type { PairHashes } from "./blob-metadata.ts";
import { sliverShape } from "./sliver-layout.ts";

type MerkleNode = "Empty" | { readonly Digest: readonly number[] };
interface Encoded {
  readonly blob_id: readonly number[];
  readonly metadata: {
    readonly V1: {
      readonly hashes: readonly { readonly primary_hash: MerkleNode; readonly secondary_hash: MerkleNode }[];
    };
  };
}

/** A blob as the WebAssembly encoder gives it. */
export interface Slivers {
  readonly blobId: BlobId;
  readonly hashes: readonly PairHashes[];
  /** In BCS, in the order of pairs. */
  readonly primary: readonly Uint8Array<ArrayBuffer>[];
  readonly secondary: readonly Uint8Array<ArrayBuffer>[];
}

function digest(node: MerkleNode): Uint8Array {
  if (node === "Empty") throw new Error("the encoder gave a sliver without symbols");
  return Uint8Array.from(node.Digest);
}

/** Encodes a blob of `size` bytes. Blocks its thread. */
export function encodeBlob({
  encoder,
  bytes,
  size,
  nShards,
}: {
  readonly encoder: BlobEncoder;
  readonly bytes: Uint8Array;
  readonly size: number;
  readonly nShards: number;
}): Slivers {
  const { length } = sliverShape({ size, nShards });
  const buffers = (each: number) => Array.from({ length: nShards }, () => new Uint8Array(each));
  const [primary, secondary] = [buffers(length.primary), buffers(length.secondary)];
  const [encoded] = encoder.encode(bytes, primary, secondary) as [Encoded];
  const hashes = encoded.metadata.V1.hashes.map((pair) => ({
    primary: digest(pair.primary_hash),
    secondary: digest(pair.secondary_hash),
  }));
  return { blobId: Buffer.from(encoded.blob_id).toString("base64url"), hashes, primary, secondary };
}
