import type { PublishProgress } from "./publish.ts";
import type { PullProgress } from "./pull.ts";
import type { VerifyProgress } from "./verify/verify-model.ts";

const UNITS = ["bytes", "KiB", "MiB", "GiB", "TiB"];

/** A number of bytes for people: `691 bytes`, `1.5 MiB`. */
export function formatBytes(bytes: number): string {
  const power = Math.min(Math.max(Math.floor(Math.log2(Math.max(bytes, 1)) / 10), 0), UNITS.length - 1);
  return `${power === 0 ? String(bytes) : (bytes / 1024 ** power).toFixed(1)} ${UNITS[power] ?? ""}`;
}

/** A number of things for people: `1 blob`, `3 blobs`. */
export function counted(count: number, one: string): string {
  return `${String(count)} ${one}${count === 1 ? "" : "s"}`;
}

/** One line for people about a step of `publishModel`. */
export function describePublish(event: PublishProgress): string {
  switch (event.kind) {
    case "hash":
      return `read ${formatBytes(event.done)} of ${formatBytes(event.total)}: ${event.path}`;
    case "prepared": {
      const { plan, size } = event.model;
      return `${counted(plan.files.length, "file")}, ${formatBytes(size)}, in ${counted(plan.blobs.length, "blob")}`;
    }
    case "store":
      return `stored ${formatBytes(event.stored)} of ${formatBytes(event.total)}${event.sent > 0 ? `, ${formatBytes(event.sent)} sent` : ""}`;
    case "blob":
      return `${event.sent ? "stored" : "found"} blob ${String(event.index + 1)} of ${String(event.count)}: ${event.blob.blobId} (${formatBytes(event.blob.size)})`;
    case "manifest":
      return `${event.sent ? "stored" : "found"} the manifest: ${event.blob.blobId} (${formatBytes(event.blob.size)})`;
    case "pending":
      return `waiting for ${counted(event.transactions, "transaction")} of this account on the way`;
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
        ? `${counted(event.files, "file")}, all in the cache`
        : `${counted(event.files, "file")}, ${String(event.missing)} to fetch`;
    case "download":
      return `fetched ${formatBytes(event.received)} of ${formatBytes(event.total)}: ${event.path}`;
  }
}

/** One line for people about how far `verifyModel` has come. */
export function describeVerify({ kind, about, done, total }: VerifyProgress): string {
  return `${kind === "fetch" ? "fetched" : "read"} ${formatBytes(done)} of ${formatBytes(total)}: ${about}`;
}
