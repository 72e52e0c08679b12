import { ZeroHash } from "ethers";
import type { AttesterRegistry, IAttesterMeasurements } from "../../typechain/AttesterRegistry.ts";
import { callChain } from "../chain/revert.ts";
import { revertedWith } from "../chain/reverted-with.ts";
import { ScrimshawError } from "../errors.ts";
import { blobIdFromHex, blobIdToHex } from "../walrus/blob-id.ts";
import type { BlobReference } from "../walrus/blob-store.ts";
import { attesterIdOf } from "./attester-id.ts";
import type { Hex } from "./sign-digest.ts";

/** How an attester's signatures are judged: see the contract `SignerKind`. */
export const SIGNER_KINDS = ["account", "wallet", "key"] as const;
export type SignerKind = (typeof SIGNER_KINDS)[number];

/** An attester as the chain holds it; times in Unix seconds. */
export interface AttesterRecord {
  readonly attesterId: Hex;
  /** ERC-7913 bytes. */
  readonly signer: Hex;
  readonly signerKind: SignerKind;
  /** Zero if nothing is measured. */
  readonly measurement: Hex;
  /** The approval of the measurement; undefined without one. */
  readonly approvalId: bigint | undefined;
  readonly kind: string;
  readonly document: BlobReference | undefined;
  readonly endpoint: string;
  readonly validFrom: bigint;
  /** Exclusive, with all that ended it applied; not after `validFrom` if it never counts. */
  readonly validUntil: bigint;
  readonly addedAt: bigint;
  readonly revokedAt: bigint | undefined;
  readonly predecessor: Hex | undefined;
  readonly successor: Hex | undefined;
  /** The block whose hash it last signed, and when that came to the chain; undefined if it never did. */
  readonly lastSeen: { readonly blockNumber: bigint; readonly time: bigint } | undefined;
}

/** An approval of a measurement. */
export interface ApprovalRecord {
  readonly approvalId: bigint;
  readonly measurement: Hex;
  readonly validFrom: bigint;
  /** Exclusive, a closing applied. */
  readonly validUntil: bigint;
  readonly approvedAt: bigint;
  readonly closedAt: bigint | undefined;
}

const hex = (text: string): Hex => text.toLowerCase() as Hex;
const orNone = (text: string): Hex | undefined => (text === ZeroHash ? undefined : hex(text));

/** A blob reference as contracts take it; all zero for none. */
export function referenceForChain(document: BlobReference | undefined) {
  if (document === undefined) return { blobId: ZeroHash, contentHash: ZeroHash, size: 0 };
  return { blobId: blobIdToHex(document.blobId), contentHash: document.contentHash, size: document.size };
}

export function referenceFromChain(document: {
  readonly blobId: string;
  readonly contentHash: string;
  readonly size: bigint;
}): BlobReference | undefined {
  if (document.blobId === ZeroHash) return undefined;
  const { blobId, contentHash, size } = document;
  return { blobId: blobIdFromHex(hex(blobId)), contentHash: hex(contentHash), size: Number(size) };
}

/** Reads an attester; undefined if nobody admitted it. @throws ScrimshawError errors of the room `chain` */
export async function findAttester(registry: AttesterRegistry, attesterId: Hex): Promise<AttesterRecord | undefined> {
  const call = <T>(read: () => Promise<T>): Promise<T> =>
    callChain({ what: "read the attester", call: read, interfaces: [registry.interface] });
  try {
    const [record, [validFrom, validUntil], [blockNumber, time]] = await call(() =>
      Promise.all([registry.attesterOf(attesterId), registry.interval(attesterId), registry.lastSeen(attesterId)]),
    );
    const signer = hex(record.signer);
    if (attesterIdOf(signer) !== attesterId) throw foreign(attesterId);
    return {
      attesterId,
      signer,
      signerKind: SIGNER_KINDS[Number(record.signerKind)] ?? "key",
      measurement: hex(record.measurement),
      approvalId: record.approvalId === 0n ? undefined : record.approvalId,
      kind: record.kind,
      document: referenceFromChain(record.document),
      endpoint: record.endpoint,
      validFrom,
      validUntil,
      addedAt: record.addedAt,
      revokedAt: record.revoked ? record.revokedAt : undefined,
      predecessor: orNone(record.predecessor),
      successor: orNone(record.successor),
      lastSeen: time === 0n ? undefined : { blockNumber, time },
    };
  } catch (error) {
    if (revertedWith(registry.interface, error, "AttesterRegistryUnknownAttester")) return undefined;
    throw error;
  }
}

/** Reads an attester that must be there. @throws ScrimshawError `attesters.unknown`, errors of the room `chain` */
export async function requireAttester(registry: AttesterRegistry, attesterId: Hex): Promise<AttesterRecord> {
  const attester = await findAttester(registry, attesterId);
  if (attester !== undefined) return attester;
  throw new ScrimshawError({
    code: "attesters.unknown",
    expected: `an attester ${attesterId}`,
    found: `none in the registry ${await registry.getAddress()}`,
    next: "List them with `npx hardhat attester list`, and check --network and --registry.",
  });
}

function foreign(attesterId: Hex): ScrimshawError {
  return new ScrimshawError({
    code: "attesters.record-foreign",
    expected: `the signer whose hash is ${attesterId}`,
    found: "another signer",
    next: "The node answers what was not asked; use another one.",
  });
}

export function approvalFromChain(
  approvalId: bigint,
  approval: IAttesterMeasurements.MeasurementApprovalStructOutput,
): ApprovalRecord {
  const { measurement, validFrom, validUntil, approvedAt, closed, closedAt } = approval;
  return {
    approvalId,
    measurement: hex(measurement),
    validFrom,
    validUntil: closed && closedAt < validUntil ? closedAt : validUntil,
    approvedAt,
    closedAt: closed ? closedAt : undefined,
  };
}

/** Reads an approval by its number; undefined if there is none. @throws ScrimshawError errors of the room `chain` */
export async function findApproval(
  registry: AttesterRegistry,
  approvalId: bigint,
): Promise<ApprovalRecord | undefined> {
  try {
    const approval = await callChain({
      what: "read the approval",
      call: () => registry.approvalOf(approvalId),
      interfaces: [registry.interface],
    });
    return approvalFromChain(approvalId, approval);
  } catch (error) {
    if (revertedWith(registry.interface, error, "AttesterRegistryUnknownApproval")) return undefined;
    throw error;
  }
}

/** The newest approval of a measurement, ended or not. @throws ScrimshawError errors of the room `chain` */
export async function findNewestApproval(
  registry: AttesterRegistry,
  measurement: Hex,
): Promise<ApprovalRecord | undefined> {
  const approvalId = await callChain({
    what: "read the newest approval",
    call: () => registry.newestApproval(measurement),
    interfaces: [registry.interface],
  });
  return approvalId === 0n ? undefined : findApproval(registry, approvalId);
}
