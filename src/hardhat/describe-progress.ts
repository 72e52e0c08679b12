import type { SendProgress } from "../chain/send.ts";
import type { BlobProgress } from "../walrus/blob-store.ts";
import { formatAmount } from "../walrus/storage-cost.ts";

/** One line for people about an event of long work. */
export function describeProgress(event: BlobProgress | SendProgress): string {
  switch (event.kind) {
    case "encode":
      return `Encoding: ${event.hashed} of ${event.size} bytes read`;
    case "upload":
      return `Uploading: ${event.sent} of ${event.size} bytes`;
    case "price":
      return `Paying ${formatAmount(event.amount, event.coin)} for ${event.for}`;
    case "stored":
      return `Stored ${event.blobId}`;
    case "download":
      return `Downloading ${event.blobId}: ${event.received}${event.size === undefined ? "" : ` of ${event.size}`} bytes`;
    case "sent":
      return `Sent transaction ${event.hash}`;
    case "mined":
      return `Mined in block ${event.blockNumber}`;
  }
}
