import { describeExtended } from "../models/leases/describe-lease.ts";
import type { RenewProgress } from "../models/leases/renew-version.ts";
import { blobProgress } from "./blob-progress.ts";

/** Progress of a renewal as lines: each blob that is done, and how far its bytes have come now and then. */
export function renewProgress(progress: (line: string) => void): (event: RenewProgress) => void {
  const blobs = new Map<string, ReturnType<typeof blobProgress>>();
  return (event) => {
    if (event.kind === "lease") {
      progress(`${event.index + 1} of ${event.count}: ${describeExtended(event.lease)}`);
      return;
    }
    const { blobId } = event.blob.blob;
    const hear = blobs.get(blobId) ?? blobProgress(progress, { about: blobId });
    blobs.set(blobId, hear);
    hear(event.event);
  };
}
