import { isScrimshawError, ScrimshawError } from "../../errors.ts";
import type { BlobProgress, BlobStore } from "../../walrus/blob-store.ts";
import { systemTiming } from "../../walrus/timing.ts";
import type { Timing } from "../../walrus/timing.ts";
import { readLease } from "./read-leases.ts";
import type { BlobLease } from "./read-leases.ts";

/** Storage nodes learn of an extension from Sui, a few seconds after it. */
const ASKED = 6;
const PAUSE_MS = 2_000;

export interface ExtendLeaseOptions {
  readonly lease: BlobLease;
  readonly store: Pick<BlobStore, "extend" | "status">;
  /** Epochs to be paid for in all, counted from the current one. */
  readonly epochs: number;
  /** The current epoch plus `epochs`. */
  readonly wantedEnd: number;
  readonly timing?: Timing | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((event: BlobProgress) => void) | undefined;
}

/** A blob's lease after it was to be extended. */
export interface ExtendedLease extends BlobLease {
  /** `kept`: it was paid for until then already. */
  readonly outcome: "extended" | "kept" | "failed";
  /** First epoch that is not paid for, as far as is known; never later than what was asked for unless storage nodes say so. */
  readonly endEpoch: number | undefined;
}

/** True if nothing has to be paid for. */
export function isPaidUntil({ status }: BlobLease, end: number): boolean {
  const { state, deletable, endEpoch = 0 } = status ?? { state: "nonexistent" };
  return state === "certified" && deletable === false && endEpoch >= end;
}

function notExtended(found: string, wantedEnd: number): ScrimshawError {
  return new ScrimshawError({
    code: "walrus.publisher-broke-terms",
    expected: `a blob that is paid for until epoch ${wantedEnd}`,
    found,
    next: "Run the command again in a minute; if it stays, use another publisher.",
  });
}

/**
 * Pays for more epochs of a blob and has storage nodes confirm it where they are known: a publisher's word alone would end on chain,
 * where a claim never shrinks.
 * @throws the signal's reason when aborted; other failures are in the result
 */
export async function extendLease(options: ExtendLeaseOptions): Promise<ExtendedLease> {
  const { lease, store, epochs, wantedEnd, timing = systemTiming, signal, onProgress } = options;
  if (isPaidUntil(lease, wantedEnd)) return { ...lease, outcome: "kept", endEpoch: lease.status?.endEpoch };
  const failed = (problem: ScrimshawError, now: BlobLease = lease): ExtendedLease => ({
    ...now,
    problem,
    outcome: "failed",
    endEpoch: isPaidUntil(now, 0) ? now.status?.endEpoch : undefined,
  });
  const abort = signal ? { signal } : {};
  try {
    const stored = await store.extend({ ...lease.blob, epochs, ...abort, ...(onProgress && { onProgress }) });
    if (stored.endEpoch < wantedEnd) return failed(notExtended(`until epoch ${stored.endEpoch}`, wantedEnd));
  } catch (error) {
    signal?.throwIfAborted();
    if (!isScrimshawError(error)) throw error;
    return failed(error);
  }
  for (let asked = 1; ; asked += 1) {
    const now = await readLease(lease, { store, signal });
    if (isPaidUntil(now, wantedEnd)) return { ...now, outcome: "extended", endEpoch: now.status?.endEpoch };
    // An aggregator alone knows of no lease: then the publisher's word has to do, but for no more than was asked for.
    if (now.status?.state === "certified" && now.status.endEpoch === undefined && now.status.deletable !== true) {
      return { ...now, outcome: "extended", endEpoch: wantedEnd };
    }
    if (asked === ASKED) {
      const said =
        now.problem?.found ?? `until epoch ${now.status?.endEpoch ?? "?"}, say ${now.status?.source ?? "none"}`;
      return failed(notExtended(said, wantedEnd), now);
    }
    await timing.sleep(PAUSE_MS, signal);
  }
}
