import { createHash } from "node:crypto";
import type { BlobList } from "./blob-list.ts";

/** Blobs up to this many bytes are read back by a publish, so they are kept. */
const KEPT = 64 * 2 ** 20;
const HEAD = 4096;

const keyOf = (head: Uint8Array, size: number): string =>
  `${size} ${createHash("sha256").update(head.subarray(0, HEAD)).digest("hex")}`;

/**
 * A Walrus that throws bytes away and costs nothing else: it answers as a publisher with the Blob IDs that are known beforehand, and
 * as an aggregator with the small blobs, which it keeps.
 */
export function discardingFetch({ blobs, manifest }: BlobList, heads: readonly Uint8Array[]): typeof fetch {
  const known = new Map(
    blobs.map(({ blobId, size }, index) => [keyOf(heads[index] ?? new Uint8Array(), size), blobId]),
  );
  known.set(keyOf(Buffer.from(manifest.bytes, "base64"), manifest.size), manifest.blobId);
  const kept = new Map<string, Uint8Array<ArrayBuffer>>();
  const put = async (body: unknown): Promise<Response> => {
    const pieces: Uint8Array[] = [];
    let size = 0;
    let head: Uint8Array | undefined;
    for await (const piece of body as AsyncIterable<Uint8Array>) {
      size += piece.length;
      head ??= piece.slice(0, HEAD);
      if (size <= KEPT) pieces.push(piece);
      else pieces.length = 0;
    }
    const blobId = known.get(keyOf(head ?? new Uint8Array(), size));
    if (blobId === undefined) throw new Error(`an unknown blob of ${size} bytes`);
    if (size <= KEPT) kept.set(blobId, new Uint8Array(Buffer.concat(pieces)));
    const blobObject = { blobId, size, certifiedEpoch: 1, storage: { endEpoch: 6 }, deletable: false };
    return Response.json({ newlyCreated: { blobObject } });
  };
  return async (input, init) => {
    if (init?.method === "PUT") return put(init.body);
    if (init?.method === "HEAD") return new Response();
    const url = new URL(input instanceof Request ? input.url : input);
    return new Response(kept.get(url.pathname.split("/").at(-1) ?? ""));
  };
}
