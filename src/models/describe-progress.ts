import type { PublishProgress } from "./publish.ts";
import type { PullProgress } from "./pull.ts";
import type { VerifyProgress } from "./verify/verify-model.ts";

const UNITS = ["bytes", "KiB", "MiB", "GiB", "TiB"];

/** A number of bytes for people: `691 bytes`, `1.5 MiB`. */
export function formatBytes(bytes: number): string {
  const power = Math.min(Math.max(Math.floor(Math.log2(Math.max(bytes, 1)) / 10), 0), UNITS.length - 1);
  return `${power === 0 ? String(bytes) : (bytes / 1024 ** power).toFixed(1)} ${UNITS[power] ?? ""}`;
}

/** One line for people about a step of `publishModel`. */
export function describePublish(event: PublishProgress): string {
  switch (event.kind) {
    case "hash":
      return `read ${formatBytes(event.done)} of ${formatBytes(event.total)}: ${event.path}`;
    case "prepared": {
      const { plan, size } = event.model;
      return `${String(plan.files.length)} files, ${formatBytes(size)}, in ${String(plan.blobs.length)} blobs`;
    }
    case "store":
      return `stored ${formatBytes(event.stored)} of ${formatBytes(event.total)}${event.sent > 0 ? `, ${formatBytes(event.sent)} sent` : ""}`;
    case "blob":
      return `${event.sent ? "stored" : "found"} blob ${String(event.index + 1)} of ${String(event.count)}: ${event.blob.blobId} (${formatBytes(event.blob.size)})`;
    case "manifest":
      return `${event.sent ? "stored" : "found"} the manifest: ${event.blob.blobId} (${formatBytes(event.blob.size)})`;
    case "pending":
      return `waiting for ${String(event.transactions)} transactions of this account that are on their way`;
    case "transaction":
      return `sent the transaction to ${event.what}: ${event.hash}`;
  }
}

/** One line for people about a step of `pullModel`. */
export function describePull(event: PullProgress): string {
  switch (event.kind) {
    case "resolved":
      return `version ${String(event.resolved.version.version)} of ${event.resolved.model.name}, ${event.resolved.version.status}`;
    case "manifest":
      return event.missing === 0
        ? `${String(event.files)} files, all in the cache`
        : `${String(event.files)} files, ${String(event.missing)} to fetch`;
    case "download":
      return `fetched ${formatBytes(event.received)} of ${formatBytes(event.total)}: ${event.path}`;
  }
}

/** One line for people about how far `verifyModel` has come. */
export function describeVerify({ kind, about, done, total }: VerifyProgress): string {
  return `${kind === "fetch" ? "fetched" : "read"} ${formatBytes(done)} of ${formatBytes(total)}: ${about}`;
}
