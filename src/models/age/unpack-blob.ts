import type { ManifestFile } from "../manifest.ts";
import { quoted } from "../text.ts";
import { StreamCutter } from "./stream-cutter.ts";
import { withPlaintext } from "./with-plaintext.ts";
import type { WithPlaintextOptions } from "./with-plaintext.ts";

export interface UnpackBlobOptions extends Omit<WithPlaintextOptions, "use" | "isNeeded"> {
  /** Files that are one range of what the blob holds, each content once. */
  readonly files: readonly ManifestFile[];
}

/**
 * Brings small files of a private model into the cache, all those that one blob holds.
 * @throws ScrimshawError `models.content-mismatch`, errors of `withPlaintext`
 */
export async function unpackBlob(options: UnpackBlobOptions): Promise<void> {
  const { files, cache, signal } = options;
  const offsetOf = ({ parts }: ManifestFile): number => parts[0]?.offset ?? 0;
  const missing: ManifestFile[] = [];
  await withPlaintext({
    ...options,
    isNeeded: async () => {
      for (const file of files) if (!(await cache.blobs.has(file, signal))) missing.push(file);
      return missing.length > 0;
    },
    use: async (plaintext) => {
      const cutter = new StreamCutter(plaintext);
      for (const file of missing.sort((a, b) => offsetOf(a) - offsetOf(b))) {
        const fill = async (write: (bytes: Uint8Array) => Promise<void>): Promise<void> => {
          for await (const piece of cutter.cut(offsetOf(file), file.size)) await write(piece);
        };
        await cache.blobs.write({ content: file, fill, what: `the file ${quoted(file.path)}`, isPrivate: true });
      }
    },
  });
}
