/** When waiting proofs become a batch: as soon as one of these is reached. */
export interface FlushRules {
  /** Proofs. Default 1000; at most that many are in one batch. */
  readonly maxCount: number;
  /** Bytes of evidence and seals. Default 64 MiB. */
  readonly maxBytes: number;
  /** Milliseconds since the newest was accepted. Default 5 seconds. */
  readonly idleMs: number;
  /** Milliseconds since the oldest was accepted. Default 60 seconds. */
  readonly maxAgeMs: number;
}

export const DEFAULT_RULES: FlushRules = { maxCount: 1_000, maxBytes: 64 * 2 ** 20, idleMs: 5_000, maxAgeMs: 60_000 };
