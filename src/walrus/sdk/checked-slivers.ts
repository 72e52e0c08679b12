import type { BlobId } from "../blob-id.ts";
import type { BlobMetadata } from "../slivers/blob-metadata.ts";
import { SliverCodec } from "../slivers/sliver-codec.ts";
import { type SliverShape, sliverShape, sliverSymbols } from "../slivers/sliver-layout.ts";
import { SliverVerifier } from "../slivers/sliver-verifier.ts";
import { ANSWER_LIMIT, boundedFetch } from "./bounded-fetch.ts";

/** Metadata that hashes to its Blob ID, parsed and as it is sent. */
export interface VerifiedMetadata extends BlobMetadata {
  /** BCS with the Blob ID. */
  readonly bytes: Uint8Array;
}

/** A `fetch` for one read, which lets nothing through that was not checked. */
export interface CheckedFetch extends AsyncDisposable {
  readonly fetch: typeof globalThis.fetch;
}

/** The body, if it has exactly as many bytes. */
async function bodyOf({
  response,
  length,
}: {
  readonly response: Response;
  readonly length: number;
}): Promise<Uint8Array | undefined> {
  const body = new Uint8Array(length);
  const reader: ReadableStreamDefaultReader<Uint8Array> | undefined = response.body?.getReader();
  if (reader === undefined) return undefined;
  let at = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return at === length ? body : undefined;
    if (at + value.length > length) {
      await reader.cancel();
      return undefined;
    }
    body.set(value, at);
    at += value.length;
  }
}

/**
 * Stands between the SDK and the storage nodes while it reads a blob. The SDK itself believes the length that any node names, decodes
 * slivers without a check, and with fewer than eleven nodes fails when the first it asks for metadata does. Here it is given metadata that
 * was checked, and, where `checks` says so, each primary sliver only if its Merkle root is in there; a wrong one becomes an error of its node, which the SDK passes
 * over.
 */
export function checkedSlivers({
  fetch,
  blobId,
  nShards,
  metadata,
  checks,
}: {
  readonly fetch: typeof globalThis.fetch;
  readonly blobId: BlobId;
  readonly nShards: number;
  readonly metadata: VerifiedMetadata;
  /** Asked for each sliver: checking them takes seconds at 1000 shards. */
  readonly checks: () => boolean;
}): CheckedFetch {
  const codec = new SliverCodec();
  const verifier = new SliverVerifier({ codec, nShards });
  const shape: SliverShape = sliverShape({ size: metadata.size, nShards });
  const blob = `/v1/blobs/${blobId}/`;
  const bounded = boundedFetch({ fetch, limit: Math.max(ANSWER_LIMIT, shape.length.primary, shape.length.secondary) });

  const isRight = async (bytes: Uint8Array, pair: number): Promise<boolean> => {
    const symbols = sliverSymbols({ bytes, shape, axis: "primary", pair });
    const wanted = metadata.hashes[pair]?.primary;
    if (symbols === undefined || wanted === undefined) return false;
    const root = await verifier.root({ axis: "primary", symbolSize: shape.symbolSize, symbols });
    return Buffer.from(wanted).equals(root);
  };

  const checked: typeof globalThis.fetch = async (input, init) => {
    const { pathname } = new URL(input instanceof Request ? input.url : input.toString());
    if (pathname === `${blob}metadata`) return new Response(metadata.bytes as Uint8Array<ArrayBuffer>);
    const response = await bounded(input, init);
    const pair = /^slivers\/(\d{1,5})\/primary$/.exec(pathname.slice(blob.length))?.[1];
    if (!response.ok || !pathname.startsWith(blob) || pair === undefined || !checks()) return response;
    const bytes = await bodyOf({ response, length: shape.length.primary });
    if (bytes !== undefined && (await isRight(bytes, Number(pair))))
      return new Response(bytes as Uint8Array<ArrayBuffer>);
    return new Response("the sliver is not the one that the blob's metadata names", { status: 502 });
  };
  return { fetch: checked, [Symbol.asyncDispose]: () => codec.close() };
}
