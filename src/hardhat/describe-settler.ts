import type { SettlerEvent } from "../proofs/settler/settler-event.ts";
import { describeProgress } from "./describe-progress.ts";

/** One line for people about what a settler tells; undefined for what would only fill the screen. */
export function describeSettler(event: SettlerEvent): string | undefined {
  switch (event.kind) {
    case "accepted":
      return `Accepted ${event.count} proofs; ${event.waiting} wait`;
    case "refused":
      return `Refused proof ${event.proofId}: ${event.reason}`;
    case "formed":
      return `Batch ${event.batch}: ${event.count} proofs`;
    case "bundle":
      return event.event.kind === "price" ? `Batch ${event.batch}: ${describeProgress(event.event)}` : undefined;
    case "stored":
      return `Batch ${event.batch}: bundle of ${event.size} bytes is stored; it will be ${event.batchId}`;
    case "sent":
      return `Batch ${event.batch}: sent ${event.hash}${event.replaces ? ", which pays more" : ""}`;
    case "settled":
      return `Batch ${event.batch}: settled ${event.count} proofs as ${event.batchId}${event.gasUsed === undefined ? "" : ` (${event.gasUsed} gas)`}`;
    case "not-settled":
      return `Batch ${event.batch}: its transaction did not settle it; sending again`;
    case "reorganised":
      return `Batch ${event.batch}: the chain took the settlement back; sending again`;
    case "final":
      return `Batch ${event.batch}: final`;
    case "failed": {
      const what = event.batch === undefined ? "Forming a batch" : `Batch ${event.batch}`;
      const again = new Date(event.retryAt).toISOString();
      return `${what} failed (${event.code}): ${event.found}. ${event.next} Trying again at ${again}`;
    }
  }
}
