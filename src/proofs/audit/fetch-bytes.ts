import { createHash } from "node:crypto";

import { isScrimshawError } from "../../errors.ts";
import { blobIdFromHex } from "../../walrus/blob-id.ts";
import type { Hex } from "../statement.ts";
import type { Audit } from "./context.ts";

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
    /** SHA-256 of the bytes asked for: of the blob, or of the range. */
    readonly contentHash: Hex;
    /** Size of the bytes asked for. */
    readonly size: bigint;
    /** Where in the blob they begin, if they are not all of it. */
    readonly offset?: bigint;
  },
  unavailable: (reason: string) => void,
): Promise<FetchedBytes | undefined> {
  const { offset } = blob;
  if ((offset ?? 0n) + blob.size > BigInt(Number.MAX_SAFE_INTEGER)) {
    unavailable(`a size of ${blob.size} bytes cannot be fetched`);
    return undefined;
  }
  const request = {
    blobId: blobIdFromHex(blob.blobId),
    ...(offset === undefined
      ? { size: Number(blob.size) }
      : { range: { offset: Number(offset), length: Number(blob.size) } }),
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
    return { bytes, hashHolds: sha256(bytes) === blob.contentHash };
  } catch (error) {
    audit.signal?.throwIfAborted();
    if (!isScrimshawError(error)) throw error;
    unavailable(`blob ${request.blobId}: ${error.found}`);
    return undefined;
  }
}

export function sha256(bytes: Uint8Array): Hex {
  return `0x${createHash("sha256").update(bytes).digest("hex")}`;
}
