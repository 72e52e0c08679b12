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
import { checkedSlivers } from "./checked-slivers.ts";
import { readMetadata } from "./read-metadata.ts";

const DEFAULT_MAX_SIZE = 2 ** 30;
/** The first attempt checks the whole alone; the others check each sliver too, so that lying nodes are passed over. */
const ATTEMPTS = 3;

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
  let attempt = 0;
  const { nShards } = committee;
  await using checked = checkedSlivers({ fetch, blobId, nShards, metadata, checks: () => attempt > 0 });
  const failures: string[] = [];
  for (; attempt < ATTEMPTS; attempt += 1) {
    let bytes: Uint8Array;
    try {
      bytes = await openClient(checked.fetch).readBlob({ blobId, ...(signal === undefined ? {} : { signal }) });
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
