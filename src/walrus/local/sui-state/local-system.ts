import type { Ledger } from "../ledger.ts";

export interface LocalCommitteeMember {
  readonly nodeId: `0x${string}`;
  /** 48 bytes compressed. */
  readonly publicKey: `0x${string}`;
  readonly shards: readonly number[];
  readonly url: string;
}

/** A committee with what Sui's staking object adds to it. */
export interface LocalCommittee {
  readonly epoch: number;
  readonly nShards: number;
  /** Sorted by node id. */
  readonly members: readonly LocalCommitteeMember[];
  /** The members of the epoch before. */
  readonly previous: readonly LocalCommitteeMember[];
  /** Wall clock in milliseconds. */
  readonly epochStartedAt: number;
  /** Undefined where epochs change by call alone. */
  readonly epochSeconds: number | undefined;
}

/** What a local network lets its Sui see and change. */
export interface LocalSystem {
  committee(): LocalCommittee;
  readonly ledger: Ledger;
}
