import type { BlobId } from "../blob-id.ts";
import { deriveBlobId } from "./derive-blob-id.ts";
import { merkleRoot } from "./merkle-tree.ts";
import { uleb128 } from "./sliver-layout.ts";

/** The roots of a pair's slivers, 32 bytes each. */
export interface PairHashes {
  readonly primary: Uint8Array;
  readonly secondary: Uint8Array;
}

/** What a blob's metadata tells, checked against its Blob ID. */
export interface BlobMetadata {
  readonly blobId: BlobId;
  /** Bytes of the unencoded blob. */
  readonly size: number;
  /** In the order of pairs. */
  readonly hashes: readonly PairHashes[];
}

/** Variant V1, encoding type RS2. */
const HEAD = Buffer.of(0, 1);
const NODE_LENGTH = 33;

/** BCS of the metadata with its id (walrus-core `BlobMetadataWithId`). */
export function encodeMetadata({ blobId, size, hashes }: BlobMetadata): Uint8Array {
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(size));
  const nodes = hashes.flatMap(({ primary, secondary }) => [Buffer.of(1), primary, Buffer.of(1), secondary]);
  const id = Buffer.from(blobId, "base64url");
  return new Uint8Array(Buffer.concat([id, HEAD, length, uleb128(hashes.length), ...nodes]));
}

/** Root over the sliver pairs, from which and the size the Blob ID follows. */
export function rootOfPairs(hashes: readonly PairHashes[]): `0x${string}` {
  const root = merkleRoot(hashes.map(({ primary, secondary }) => Buffer.concat([primary, secondary])));
  return `0x${Buffer.from(root).toString("hex")}`;
}

/** Reads metadata in BCS without its id; undefined unless it is well-formed and gives the Blob ID. */
export function parseMetadata({
  bytes,
  blobId,
  nShards,
}: {
  readonly bytes: Uint8Array;
  readonly blobId: BlobId;
  readonly nShards: number;
}): BlobMetadata | undefined {
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const count = uleb128(nShards);
  const start = 10 + count.length;
  if (view.length !== start + nShards * 2 * NODE_LENGTH || !view.subarray(0, 2).equals(HEAD)) return undefined;
  const size = view.readBigUInt64LE(2);
  if (size > Number.MAX_SAFE_INTEGER || !view.subarray(10, start).equals(count)) return undefined;
  const nodes = Array.from({ length: nShards * 2 }, (_, place) =>
    view.subarray(start + place * NODE_LENGTH, start + (place + 1) * NODE_LENGTH),
  );
  // An empty node has no digest: a sliver without symbols does not exist.
  if (nodes.some((node) => node[0] !== 1)) return undefined;
  const hashes = Array.from({ length: nShards }, (_, pair) => ({
    primary: Uint8Array.from(nodes[pair * 2]?.subarray(1) ?? []),
    secondary: Uint8Array.from(nodes[pair * 2 + 1]?.subarray(1) ?? []),
  }));
  const metadata = { blobId, size: Number(size), hashes };
  return deriveBlobId({ rootHash: rootOfPairs(hashes), size: metadata.size }) === blobId ? metadata : undefined;
}

/** The same for metadata that begins with its id. */
export function parseMetadataWithId(options: {
  readonly bytes: Uint8Array;
  readonly blobId: BlobId;
  readonly nShards: number;
}): BlobMetadata | undefined {
  const { bytes, blobId } = options;
  if (Buffer.from(bytes.subarray(0, 32)).toString("base64url") !== blobId) return undefined;
  return parseMetadata({ ...options, bytes: bytes.subarray(32) });
}
