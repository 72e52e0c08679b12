import { isScrimshawError } from "../../errors.ts";
import { blobIdFromHex } from "../../walrus/blob-id.ts";
import { evidenceHash } from "../evidence-bytes.ts";
import type { Hex } from "../statement.ts";
import type { Audit } from "./context.ts";

/** More is not held in memory for an audit: sizes on chain are claims. */
const MAX_BYTES = 1n << 30n;

export interface FetchedBytes {
  readonly bytes: Uint8Array;
  /** False where every aggregator gave other bytes than the chain's content hash names. */
  readonly hashHolds: boolean;
}

/**
 * The bytes of a blob, preferably those that the content hash names. Where no aggregator has them, the wrong bytes are given back and
 * marked, so that the audit can say which of them are wrong.
 * @returns undefined after adding a check `not-checked` where no bytes can be had
 */
export async function fetchBytes(
  audit: Audit,
  blob: {
    readonly blobId: Hex;
    readonly contentHash: Hex;
    readonly size: bigint;
  },
  unavailable: (reason: string) => void,
): Promise<FetchedBytes | undefined> {
  if (blob.size > MAX_BYTES) {
    unavailable(`the chain claims ${blob.size} bytes, and an audit holds at most ${MAX_BYTES}`);
    return undefined;
  }
  const request = {
    blobId: blobIdFromHex(blob.blobId),
    size: Number(blob.size),
    ...(audit.signal && { signal: audit.signal }),
  };
  try {
    return { bytes: await audit.store.get({ ...request, contentHash: blob.contentHash }), hashHolds: true };
  } catch (error) {
    audit.signal?.throwIfAborted();
    if (!isScrimshawError(error)) throw error;
  }
  try {
    const bytes = await audit.store.get({ ...request, unverified: true });
    return { bytes, hashHolds: evidenceHash(bytes) === blob.contentHash };
  } catch (error) {
    audit.signal?.throwIfAborted();
    if (!isScrimshawError(error)) throw error;
    unavailable(`blob ${request.blobId}: ${error.found}`);
    return undefined;
  }
}
