import type { SettlerContext } from "./settler-options.ts";
import type { SettlerEvent } from "./settler-event.ts";

/** How a settler fares. Times in milliseconds since 1970. */
export interface SettlerStatus {
  /** False while something that failed has not been done since. */
  readonly healthy: boolean;
  readonly settler: string;
  readonly startedAt: number;
  readonly waiting: { readonly proofs: number; readonly bytes: number; readonly oldestAcceptedAt: number | null };
  /** Of this queue, whenever they were formed. */
  readonly batches: Readonly<Record<"formed" | "stored" | "sent" | "settled" | "final", number>>;
  /** In batches that are settled or final. */
  readonly settledProofs: number;
  /** Since the start. */
  readonly counts: Readonly<Record<Counted, number>>;
  readonly gasUsed: bigint;
  readonly bytesStored: number;
  readonly lastSettledAt: number | null;
  readonly lastFailure: {
    readonly at: number;
    readonly code: string;
    readonly found: string;
    readonly next: string;
  } | null;
}

type Counted =
  | "accepted"
  | "refused"
  | "formed"
  | "stored"
  | "sent"
  | "replaced"
  | "settled"
  | "notSettled"
  | "reorganised"
  | "failed";

/** Counts what a settler tells. */
export class SettlerStatistics {
  readonly #context: SettlerContext;
  readonly #startedAt: number;
  readonly #counts: Record<Counted, number> = {
    accepted: 0,
    refused: 0,
    formed: 0,
    stored: 0,
    sent: 0,
    replaced: 0,
    settled: 0,
    notSettled: 0,
    reorganised: 0,
    failed: 0,
  };
  #gasUsed = 0n;
  #bytesStored = 0;
  #lastSettledAt: number | null = null;
  #lastFailure: SettlerStatus["lastFailure"] = null;

  constructor(context: SettlerContext) {
    this.#context = context;
    this.#startedAt = context.now();
  }

  count(event: SettlerEvent): void {
    const counts = this.#counts;
    switch (event.kind) {
      case "accepted":
        counts.accepted += event.count;
        break;
      case "refused":
        counts.refused += 1;
        break;
      case "formed":
        counts.formed += 1;
        break;
      case "stored":
        counts.stored += 1;
        this.#bytesStored += event.size;
        break;
      case "sent":
        counts[event.replaces ? "replaced" : "sent"] += 1;
        break;
      case "settled":
        counts.settled += 1;
        this.#gasUsed += event.gasUsed ?? 0n;
        this.#lastSettledAt = this.#context.now();
        break;
      case "not-settled":
        counts.notSettled += 1;
        break;
      case "reorganised":
        counts.reorganised += 1;
        break;
      case "failed":
        counts.failed += 1;
        this.#lastFailure = { at: this.#context.now(), code: event.code, found: event.found, next: event.next };
        break;
      case "bundle":
      case "final":
        break;
    }
  }

  status(): Omit<SettlerStatus, "healthy"> {
    const { queue, settler } = this.#context;
    const { count, bytes, oldest } = queue.open();
    const byState = queue.counts();
    const batches = (state: string): number => byState.get(state)?.batches ?? 0;
    const proofs = (state: string): number => byState.get(state)?.proofs ?? 0;
    return {
      settler,
      startedAt: this.#startedAt,
      waiting: { proofs: count, bytes, oldestAcceptedAt: oldest ?? null },
      batches: {
        formed: batches("formed"),
        stored: batches("stored"),
        sent: batches("sent"),
        settled: batches("settled"),
        final: batches("final"),
      },
      settledProofs: proofs("settled") + proofs("final"),
      counts: { ...this.#counts },
      gasUsed: this.#gasUsed,
      bytesStored: this.#bytesStored,
      lastSettledAt: this.#lastSettledAt,
      lastFailure: this.#lastFailure,
    };
  }
}
