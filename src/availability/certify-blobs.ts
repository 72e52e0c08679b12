import type { BlobAvailability } from "../../typechain/BlobAvailability.ts";
import type { SendProgress } from "../chain/send.ts";
import type { Hex } from "../chain/sign-digest.ts";
import { ScrimshawError } from "../errors.ts";
import type { BlobId } from "../walrus/blob-id.ts";
import type { BlobStore } from "../walrus/blob-store.ts";
import type { CollectedCertificate } from "../walrus/collect-certificate.ts";
import { certifyGroup, estimateGroup } from "./certify-group.ts";
import { findCertified } from "./find-certified.ts";

/** Gas of a transaction that certifies many blobs, as measured: of all that is not for each, and of each. */
const GAS_FIRST = 280_000;
const GAS_EACH = 105_000;
/** Blocks of Ethereum take transactions of 16.7 million; some chains take less. */
const MOST_GAS = 4_500_000;

export type CertifyProgress =
  { readonly kind: "collect"; readonly blobs: number; readonly done: number; readonly of: number } | SendProgress;

export interface CertifyBlobsOptions {
  /** Connected to the account that sends. */
  readonly registry: BlobAvailability;
  /** Whose committees the certificates are judged by. */
  readonly source: Hex;
  readonly store: Pick<BlobStore, "certificates">;
  readonly blobIds: readonly BlobId[];
  /** The current epoch of Walrus: blobs certified in it are left alone. Undefined to collect certificates of all. */
  readonly epoch?: number | undefined;
  /** The most gas of one transaction; it decides how many blobs go into one. Default 4.5 million. */
  readonly maxGas?: number;
  /** Collects and estimates, and sends nothing. Default false. */
  readonly dryRun?: boolean;
  readonly signal?: AbortSignal | undefined;
  readonly onCollected?: (collected: CollectedCertificate) => void;
  readonly onProgress?: (event: CertifyProgress) => void;
}

/** What one transaction certifies, or, in a dry run, would. */
export interface CertifyTransaction {
  readonly blobIds: readonly BlobId[];
  readonly epoch: number;
  /** Undefined in a dry run. */
  readonly transactionHash: Hex | undefined;
  readonly gas: bigint;
}

export interface CertifiedBlobs {
  readonly transactions: readonly CertifyTransaction[];
  /** Blobs whose certificate was the newest one already. */
  readonly known: readonly { readonly blobId: BlobId; readonly epoch: number }[];
  /** Blobs that could not be certified, and why. */
  readonly missing: ReadonlyMap<BlobId, ScrimshawError>;
}

/** How many blobs a transaction of at most so much gas certifies. */
export function blobsWithin(maxGas: number): number {
  return Math.max(1, Math.floor((maxGas - GAS_FIRST) / GAS_EACH));
}

/**
 * Has the chain verify that blobs are available now: certificates of many blobs in one transaction where the same nodes signed for
 * them, each for itself where not. Run again, it goes on where it stopped. A blob that no quorum holds does not stop the others.
 * @throws ScrimshawError `availability.certificate-refused`, `chain.reverted` and others of `sendTransaction`, errors of the store
 */
export async function certifyBlobs(options: CertifyBlobsOptions): Promise<CertifiedBlobs> {
  const { registry, source, store, epoch, maxGas = MOST_GAS, dryRun, signal, onCollected, onProgress } = options;
  const blobIds = [...new Set(options.blobIds)];
  const found = await findCertified({ registry, source, blobIds, signal });
  const known: { blobId: BlobId; epoch: number }[] = [];
  const missing = new Map<BlobId, ScrimshawError>();
  const wanted: BlobId[] = [];
  for (const { blobId, epoch: last, invalid } of found) {
    if (invalid) missing.set(blobId, invalidBlob(blobId, source));
    else if (last !== undefined && epoch !== undefined && last >= epoch) known.push({ blobId, epoch: last });
    else wanted.push(blobId);
  }

  const lasts = new Map(found.map((one) => [one.blobId, one.epoch]));
  const isNewer = ({ facts }: CollectedCertificate): boolean => facts.epoch > (lasts.get(facts.blobId) ?? -1);
  const transactions: CertifyTransaction[] = [];
  const size = blobsWithin(maxGas);
  for (let at = 0; at < wanted.length; at += size) {
    const some = wanted.slice(at, at + size);
    onProgress?.({ kind: "collect", blobs: some.length, done: at, of: wanted.length });
    const collected = await store.certificates({ blobIds: some, ...(signal && { signal }) });
    for (const [blobId, problem] of collected.missing) missing.set(blobId, problem);
    for (const certificates of collected.groups) {
      for (const one of certificates) onCollected?.(one);
      known.push(...certificates.filter((one) => !isNewer(one)).map(({ facts }) => facts));
      const group = certificates.filter(isNewer);
      const [first] = group;
      if (first === undefined) continue;
      const terms = { registry, source, group, signal };
      const sent = dryRun
        ? { transactionHash: undefined, gasUsed: await estimateGroup(terms) }
        : await certifyGroup({ ...terms, onProgress });
      transactions.push({
        ...{ blobIds: group.map(({ facts }) => facts.blobId), epoch: first.facts.epoch },
        ...{ transactionHash: sent.transactionHash, gas: sent.gasUsed },
      });
    }
  }
  return { transactions, known: known.map(({ blobId, epoch: last }) => ({ blobId, epoch: last })), missing };
}

function invalidBlob(blobId: BlobId, source: Hex): ScrimshawError {
  return new ScrimshawError({
    code: "availability.blob-invalid",
    expected: `a blob that the committees of ${source} may certify`,
    found: `${blobId}, whose ID they called invalid for good`,
    next: "Store the bytes again: a blob that was encoded rightly has another Blob ID.",
  });
}
