import { createHash } from "node:crypto";

import type { WalrusClient } from "@mysten/walrus";

import { ScrimshawError } from "../../errors.ts";
import type { GetOptions } from "../blob-store.ts";
import type { Committee } from "../committee.ts";
import { computeBlobId } from "../compute-blob-id.ts";
import type { EncoderPool } from "../encoder-pool.ts";
import type { TransferLimits } from "../exchange.ts";
import { checkGetOptions } from "../read-options.ts";
import { serverText } from "../server-text.ts";
import { readMetadata } from "./read-metadata.ts";

const DEFAULT_MAX_SIZE = 2 ** 30;
/** The SDK takes slivers from nodes at random and checks none by itself: another draw may leave a lying node out. */
const ATTEMPTS = 4;

export interface ReadBlobOptions extends GetOptions {
  readonly committee: Committee;
  /** A new one for each attempt. */
  readonly openClient: (fetch: typeof globalThis.fetch) => WalrusClient;
  readonly fetch: typeof globalThis.fetch;
  readonly limits: TransferLimits;
  readonly pool: EncoderPool;
}

/**
 * Reads a blob from the storage nodes through the SDK, and checks its bytes here: against the content hash where one is known, else by
 * computing the Blob ID. Ranges are cut out of the whole blob, so that they need no hash of their own.
 * @throws ScrimshawError `walrus.blob-not-found`, `walrus.metadata-unavailable`, `walrus.body-too-long`,
 * `walrus.slivers-unreadable`, `walrus.get-options-invalid`, `walrus.blob-id-invalid`; the signal's reason when aborted
 */
export async function readBlob(options: ReadBlobOptions): Promise<Uint8Array> {
  checkGetOptions({ ...options, unverified: true });
  const {
    blobId,
    committee,
    range,
    size,
    maxSize = DEFAULT_MAX_SIZE,
    fetch,
    limits,
    signal,
    onProgress,
    openClient,
  } = options;
  const metadata = await readMetadata({ blobId, committee, fetch, limits, signal });
  const { size: found } = metadata;
  const fetchRest = withMetadata({ fetch, blobId, bytes: metadata.bytes });
  if ((size !== undefined && found !== size) || found > maxSize) {
    throw refuse(
      "walrus.body-too-long",
      size === undefined ? `at most ${maxSize} bytes` : `${size} bytes`,
      `${found} bytes`,
    );
  }
  if (range !== undefined && range.offset + range.length > found) {
    throw refuse(
      "walrus.range-not-satisfiable",
      `a range within ${found} bytes`,
      `offset ${range.offset}, length ${range.length}`,
    );
  }
  const failures: string[] = [];
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    let bytes: Uint8Array;
    try {
      bytes = await openClient(fetchRest).readBlob({ blobId, ...(signal === undefined ? {} : { signal }) });
    } catch (error) {
      signal?.throwIfAborted();
      failures.push(serverText(error instanceof Error ? error.message : String(error), 150));
      continue;
    }
    const wrong = await whatIsWrong({ ...options, bytes });
    if (wrong === undefined) {
      onProgress?.({ kind: "download", blobId, received: bytes.length, size: found });
      return range === undefined ? bytes : bytes.subarray(range.offset, range.offset + range.length);
    }
    failures.push(wrong);
  }
  throw refuse(
    "walrus.slivers-unreadable",
    `slivers that decode to blob ${blobId}`,
    [...new Set(failures)].join("; ").slice(0, 600),
  );
}

/**
 * Gives the SDK the metadata that was checked: it would believe the length that any node names, and with fewer than eleven nodes it fails
 * when the first one it asks does.
 */
function withMetadata({
  fetch,
  blobId,
  bytes,
}: {
  readonly fetch: typeof globalThis.fetch;
  readonly blobId: string;
  readonly bytes: Uint8Array;
}): typeof globalThis.fetch {
  return (input, init) => {
    const url = input instanceof Request ? input.url : input.toString();
    return url.endsWith(`/v1/blobs/${blobId}/metadata`)
      ? Promise.resolve(new Response(bytes as Uint8Array<ArrayBuffer>))
      : fetch(input, init);
  };
}

function sha256(bytes: Uint8Array): string {
  return `0x${createHash("sha256").update(bytes).digest("hex")}`;
}

/** Undefined for the right bytes. What the SDK returns is checked as if anybody had sent it. */
async function whatIsWrong({
  bytes,
  blobId,
  contentHash,
  range,
  chunk,
  committee: { nShards },
  pool,
  signal,
}: ReadBlobOptions & { readonly bytes: Uint8Array }): Promise<string | undefined> {
  const pinned =
    chunk ?? (contentHash === undefined ? undefined : { offset: 0, length: bytes.length, ...range, contentHash });
  if (pinned !== undefined) {
    const { offset, length, contentHash: wanted } = pinned;
    const hash = sha256(bytes.subarray(offset, offset + length));
    return hash === wanted ? undefined : `bytes of SHA-256 ${hash} instead of ${wanted}`;
  }
  const computed = await computeBlobId({ bytes, nShards, pool, ...(signal === undefined ? {} : { signal }) });
  return computed.blobId === blobId ? undefined : `bytes of Blob ID ${computed.blobId}`;
}

function refuse(code: string, expected: string, found: string): ScrimshawError {
  return new ScrimshawError({ code, expected, found, next: "Try again, or read from an aggregator." });
}
