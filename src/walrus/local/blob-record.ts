import { z } from "zod";

import { isBlobId } from "../blob-id.ts";
import type { BlobReference } from "../blob-store.ts";
import type { Certificate } from "../verify-certificate.ts";

const Hex32 = z.templateLiteral(["0x", z.string().regex(/^[0-9a-f]{64}$/)]);
const Epoch = z.int().min(1).max(0xffff_ffff);

/** Stands for a Sui `Blob` object: one paid-for lease of a blob. */
export interface Lease {
  readonly objectId: `0x${string}`;
  readonly storageId: `0x${string}`;
  readonly registeredEpoch: number;
  /** Exclusive. */
  readonly endEpoch: number;
  readonly deletable: boolean;
  /** A Sui address, `shared`, or nobody else's than the publisher's. */
  readonly owner?: string | undefined;
}

/** What the network knows of a blob it holds. */
export interface BlobRecord extends BlobReference {
  readonly leases: readonly Lease[];
  /** Undefined until a quorum of storage nodes has signed. */
  readonly certified: { readonly epoch: number; readonly certificate: Certificate } | undefined;
}

const Hex = z.templateLiteral(["0x", z.string().regex(/^[0-9a-f]*$/)]);

const Saved = z.strictObject({
  schema: z.literal("scrimshaw.local-walrus-blob/1"),
  blobId: z.string().refine(isBlobId),
  contentHash: Hex32,
  size: z.int().min(0),
  leases: z
    .array(
      z.strictObject({
        objectId: Hex32,
        storageId: Hex32,
        registeredEpoch: Epoch,
        endEpoch: Epoch,
        deletable: z.boolean(),
        owner: z.string().max(80).optional(),
      }),
    )
    .min(1),
  certified: z.strictObject({
    epoch: Epoch,
    certificate: z.strictObject({ message: Hex, bitmap: Hex, signature: Hex }),
  }),
});

/** The record's file, without registrations that no quorum has certified. */
export function serializeRecord(record: BlobRecord): string {
  return `${JSON.stringify({ schema: "scrimshaw.local-walrus-blob/1", ...record }, undefined, 1)}\n`;
}

/** Undefined for text that is no record. */
export function parseRecord(text: string): BlobRecord | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  const parsed = Saved.safeParse(value);
  if (!parsed.success) return undefined;
  const { blobId, contentHash, size, leases, certified } = parsed.data;
  return { blobId, contentHash, size, leases, certified };
}

/** The leases that are still paid for in `epoch`. */
export function liveLeases({
  record,
  epoch,
}: {
  readonly record: BlobRecord;
  readonly epoch: number;
}): readonly Lease[] {
  return record.leases.filter(({ endEpoch }) => endEpoch > epoch);
}
