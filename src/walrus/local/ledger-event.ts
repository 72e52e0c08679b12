import { createHash } from "node:crypto";

import type { BlobId } from "../blob-id.ts";
import { base58 } from "./base58.ts";

/** What happened to a blob, as Sui's events tell it. There is no Sui here: a digest names no transaction, but is the same each time. */
export interface LedgerEvent {
  readonly kind: "registered" | "certified" | "invalid";
  readonly blobId: BlobId;
  /** Undefined for `invalid`, which holds for all objects. */
  readonly objectId: `0x${string}` | undefined;
  readonly epoch: number;
  readonly id: { readonly txDigest: string; readonly eventSeq: string };
}

/** The event of a kind about a blob; it has the same digest each time it is told. */
export function eventOf(
  kind: LedgerEvent["kind"],
  blobId: BlobId,
  epoch: number,
  objectId?: `0x${string}`,
): LedgerEvent {
  const name = `scrimshaw local walrus event ${kind} ${blobId} ${objectId ?? ""}`;
  const txDigest = base58(createHash("sha256").update(name).digest());
  return { kind, blobId, objectId, epoch, id: { txDigest, eventSeq: "0" } };
}
