import { z } from "zod";

import { type BlobId, isBlobId } from "../blob-id.ts";
import type { Certificate } from "../verify-certificate.ts";

/** What a Sui `Blob` object tells: one paid-for registration of a blob (Walrus `blob.move`). */
export interface BlobObject {
  readonly objectId: `0x${string}`;
  readonly blobId: BlobId;
  /** Bytes of the unencoded blob. */
  readonly size: number;
  readonly encodingType: "RS2";
  readonly registeredEpoch: number;
  /** Undefined until a certificate was accepted. */
  readonly certifiedEpoch: number | undefined;
  readonly storage: {
    readonly id: `0x${string}`;
    readonly startEpoch: number;
    /** Exclusive. */
    readonly endEpoch: number;
    /** Encoded bytes that are paid for. */
    readonly size: number;
  };
  readonly deletable: boolean;
  /** A Sui address, `shared`, or nobody else's than the publisher's. */
  readonly owner: string | undefined;
  /** The certificate that certified it. */
  readonly certificate: Certificate | undefined;
}

/** All that the ledger keeps of one blob. */
export interface LedgerRecord {
  readonly blobId: BlobId;
  readonly objects: readonly BlobObject[];
  /** The epoch in which the blob was shown to be inconsistent; undefined for a valid one. */
  readonly invalidSince: number | undefined;
}

const SCHEMA = "scrimshaw.local-walrus-ledger/1";
const Hex = z.templateLiteral(["0x", z.string().regex(/^[0-9a-f]*$/)]);
const Hex32 = z.templateLiteral(["0x", z.string().regex(/^[0-9a-f]{64}$/)]);
const Epoch = z.int().min(1).max(0xffff_ffff);

const Saved = z.strictObject({
  schema: z.literal(SCHEMA),
  blobId: z.string().refine(isBlobId),
  objects: z.array(
    z.strictObject({
      objectId: Hex32,
      size: z.int().min(0),
      registeredEpoch: Epoch,
      certifiedEpoch: Epoch.optional(),
      storage: z.strictObject({ id: Hex32, startEpoch: Epoch, endEpoch: Epoch, size: z.int().min(0) }),
      deletable: z.boolean(),
      owner: z.string().max(80).optional(),
      certificate: z.strictObject({ message: Hex, bitmap: Hex, signature: Hex }).optional(),
    }),
  ),
  invalidSince: Epoch.optional(),
});

export function serializeRecord({ blobId, objects, invalidSince }: LedgerRecord): string {
  const kept = objects.map((object) => {
    const { objectId, size, registeredEpoch, certifiedEpoch, storage, deletable, owner, certificate } = object;
    return { objectId, size, registeredEpoch, certifiedEpoch, storage, deletable, owner, certificate };
  });
  return `${JSON.stringify({ schema: SCHEMA, blobId, objects: kept, invalidSince }, undefined, 1)}\n`;
}

/** Undefined for text that is no record. */
export function parseRecord(text: string): LedgerRecord | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  const parsed = Saved.safeParse(value);
  if (!parsed.success) return undefined;
  const { blobId, objects, invalidSince } = parsed.data;
  return {
    blobId,
    objects: objects.map((object) => ({
      ...object,
      blobId,
      encodingType: "RS2",
      certifiedEpoch: object.certifiedEpoch,
      owner: object.owner,
      certificate: object.certificate,
    })),
    invalidSince,
  };
}
