import type { BlobProgress } from "../../walrus/blob-store.ts";
import type { Hex } from "../statement.ts";

/** What a settler tells as it goes; `batch` is the batch's number in the queue. */
export type SettlerEvent =
  | { readonly kind: "accepted"; readonly count: number; readonly waiting: number }
  | { readonly kind: "refused"; readonly proofId: Hex; readonly reason: string }
  | { readonly kind: "formed"; readonly batch: number; readonly count: number }
  | { readonly kind: "bundle"; readonly batch: number; readonly event: BlobProgress }
  | { readonly kind: "stored"; readonly batch: number; readonly batchId: Hex; readonly size: number }
  /** `replaces`: with a higher fee, in place of one that was not mined in time. */
  | { readonly kind: "sent"; readonly batch: number; readonly hash: Hex; readonly replaces: boolean }
  | {
      readonly kind: "settled";
      readonly batch: number;
      readonly batchId: Hex;
      readonly count: number;
      readonly gasUsed: bigint | undefined;
    }
  /** The transaction was mined and did not settle the batch, or another one took its nonce; it is sent again. */
  | { readonly kind: "not-settled"; readonly batch: number }
  /** A reorganisation of the chain took the settlement back; it is sent again. */
  | { readonly kind: "reorganised"; readonly batch: number; readonly batchId: Hex }
  | { readonly kind: "final"; readonly batch: number }
  /** Something failed and is tried again at `retryAt` (milliseconds since 1970). */
  | {
      readonly kind: "failed";
      readonly batch: number | undefined;
      readonly code: string;
      readonly found: string;
      readonly next: string;
      readonly retryAt: number;
    };
