import { counted, formatBytes } from "./describe-progress.ts";
import type { PublishedModel } from "./publish.ts";
import type { SentTransaction } from "./register.ts";
import type { TagChange } from "./set-tag.ts";

export interface DescribePublishedOptions {
  readonly published: PublishedModel;
  /** What became of the tag, if one was wanted. */
  readonly change: TagChange | undefined;
  readonly sent: readonly SentTransaction[];
}

function tagLine({ tag, version, before }: TagChange): string {
  return `tag          ${tag} -> ${String(version)}${before === 0 || before === version ? "" : ` (was ${String(before)})`}`;
}

/** A version that was published, for people. */
export function describePublished({ published, change, sent }: DescribePublishedOptions): string[] {
  const { creator, name, version, outcome, modelId, manifest, manifestReference, blobs, endEpoch } = published;
  const size = manifest.files.reduce((sum, file) => sum + file.size, 0);
  return [
    `model        ${creator}/${name}@${String(version)} (${outcome})`,
    `id           ${modelId}`,
    `manifest     ${manifestReference.blobId} (${formatBytes(manifestReference.size)})`,
    `content      ${manifestReference.contentHash}`,
    `files        ${String(manifest.files.length)}, ${formatBytes(size)}, in ${counted(blobs.length, "blob")}`,
    `paid until   epoch ${String(endEpoch)}`,
    ...(change ? [tagLine(change)] : []),
    ...sent.map(({ what, hash, gasUsed }) => `transaction  ${hash} (${what}, ${String(gasUsed)} gas)`),
  ];
}
