import { BlobEncoder } from "@mysten/walrus-wasm";

import type { BlobId } from "../../../src/walrus/blob-id.ts";
import { encodingParameters, symbolSize } from "../../../src/walrus/encoding-parameters.ts";
import type { LocalWalrus } from "../../../src/walrus/local/local-walrus.ts";

type MerkleNode = { readonly Digest: readonly number[] };
interface Encoded {
  readonly blob_id: readonly number[];
  readonly metadata: {
    readonly V1: {
      readonly hashes: readonly { readonly primary_hash: MerkleNode; readonly secondary_hash: MerkleNode }[];
    };
  };
}

/** A blob as a client of storage nodes has it. */
export interface EncodedBlob {
  readonly blobId: BlobId;
  readonly rootHash: `0x${string}`;
  readonly size: number;
  /** BCS without the id, as it is uploaded. */
  readonly metadata: Uint8Array;
  /** In BCS, in the order of pairs. */
  readonly primary: readonly Uint8Array[];
  readonly secondary: readonly Uint8Array[];
}

/** Encodes as `@mysten/walrus` does, for counts of shards below 64 and slivers below 16 KiB. */
export function encodeSlivers({
  bytes,
  nShards,
}: {
  readonly bytes: Uint8Array;
  readonly nShards: number;
}): EncodedBlob {
  const { rows, columns } = encodingParameters(nShards);
  const symbol = symbolSize({ size: bytes.length, nShards });
  const buffers = (symbols: number): Uint8Array[] =>
    Array.from({ length: nShards }, () => {
      const data = symbols * symbol;
      return new Uint8Array((data < 128 ? 1 : 2) + data + 4);
    });
  const [primary, secondary] = [buffers(columns), buffers(rows)];
  const [encoded, root] = new BlobEncoder(nShards).encode(bytes, primary, secondary) as [Encoded, MerkleNode];
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(bytes.length));
  const nodes = encoded.metadata.V1.hashes.flatMap((pair) => [
    ...[1, ...pair.primary_hash.Digest],
    ...[1, ...pair.secondary_hash.Digest],
  ]);
  return {
    blobId: Buffer.from(encoded.blob_id).toString("base64url"),
    rootHash: `0x${Buffer.from(root.Digest).toString("hex")}`,
    size: bytes.length,
    metadata: new Uint8Array(Buffer.concat([Buffer.of(0, 1), length, Buffer.of(nShards), Buffer.from(nodes)])),
    primary,
    secondary,
  };
}

/** The URL of the node that holds a pair of a blob. */
export function nodeOfPair(walrus: LocalWalrus, blobId: BlobId, pair: number): string {
  const { members, nShards } = walrus.system.committee();
  const offset = Number(BigInt(`0x${Buffer.from(blobId, "base64url").toString("hex")}`) % BigInt(nShards));
  const shard = (pair + offset) % nShards;
  return members.find(({ shards }) => shards.includes(shard))?.url ?? "";
}

export function putBytes(url: string, body: Uint8Array): Promise<Response> {
  const headers = { "content-type": "application/octet-stream" };
  return fetch(url, { method: "PUT", body: body as Uint8Array<ArrayBuffer>, headers });
}

/** Sends the metadata to every node and each sliver to its own; gives the answers' status codes. */
export async function uploadSlivers(walrus: LocalWalrus, blob: EncodedBlob): Promise<number[]> {
  const { blobId, metadata } = blob;
  const codes: number[] = [];
  for (const url of walrus.nodes) codes.push((await putBytes(`${url}/v1/blobs/${blobId}/metadata`, metadata)).status);
  const slivers = (["primary", "secondary"] as const).flatMap((axis) =>
    blob[axis].map((bytes, pair) => ({ bytes, path: `slivers/${pair}/${axis}`, pair })),
  );
  const answers = await Promise.all(
    slivers.map(({ bytes, path, pair }) =>
      putBytes(`${nodeOfPair(walrus, blobId, pair)}/v1/blobs/${blobId}/${path}`, bytes),
    ),
  );
  return [...codes, ...answers.map(({ status }) => status)];
}
