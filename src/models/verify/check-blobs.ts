import { createHash } from "node:crypto";
import { isScrimshawError } from "../../errors.ts";
import type { FilePart, Manifest, ManifestFile } from "../manifest.ts";
import type { BlobShelf } from "./blob-shelf.ts";
import type { ModelCheckList } from "./report.ts";

/** A file as the blobs give it; `problem` says which part is another than the manifest's. */
type Found =
  | { readonly sha256: string; readonly size: number; readonly problem: string | undefined }
  | { readonly unavailable: string };

/**
 * Files in an order in which each blob is fetched once, if no file has parts of many: those of several parts, then the others by
 * their places.
 */
function inOrder(files: readonly ManifestFile[]): readonly ManifestFile[] {
  const placeOf = ({ parts: [part] }: ManifestFile): FilePart | undefined => part;
  const single = files.filter(({ parts }) => parts.length <= 1);
  single.sort((a, b) => {
    const [one, other] = [placeOf(a), placeOf(b)];
    return (one?.blob ?? -1) - (other?.blob ?? -1) || (one?.offset ?? 0) - (other?.offset ?? 0);
  });
  return [...files.filter(({ parts }) => parts.length > 1), ...single];
}

async function gather(shelf: BlobShelf, file: ManifestFile): Promise<Found> {
  const whole = createHash("sha256");
  let size = 0;
  let problem: string | undefined;
  try {
    for (const [index, part] of file.parts.entries()) {
      const hash = createHash("sha256");
      for await (const piece of shelf.read(part)) {
        whole.update(piece);
        hash.update(piece);
        size += piece.length;
      }
      const found = hash.digest("hex");
      if (found !== part.sha256) problem ??= `part ${String(index + 1)} has SHA-256 ${found}, not ${part.sha256}`;
    }
    return { sha256: whole.digest("hex"), size, problem };
  } catch (error) {
    if (!isScrimshawError(error)) throw error;
    return { unavailable: `${error.code}: ${error.found}` };
  }
}

/** Fetches every blob of a version, and puts every file together from them, with little memory. */
export async function checkBlobs({
  manifest,
  shelf,
  list,
  signal,
}: {
  readonly manifest: Manifest;
  readonly shelf: BlobShelf;
  readonly list: ModelCheckList;
  readonly signal?: AbortSignal | undefined;
}): Promise<void> {
  // Files of the same parts are one file.
  const known = new Map<string, Found>();
  for (const file of inOrder(manifest.files)) {
    signal?.throwIfAborted();
    const key = file.parts.map((part) => Object.values(part).join(" ")).join();
    const found = known.get(key) ?? (await gather(shelf, file));
    known.set(key, found);
    const question = { check: "file", about: file.path } as const;
    if ("unavailable" in found) list.notChecked(question, found.unavailable);
    else
      list.expect(question, found.sha256 === file.sha256 && found.problem === undefined, {
        passed: `its ${file.parts.length === 1 ? "part has" : `${String(file.parts.length)} parts have`} ${String(found.size)} bytes with SHA-256 ${file.sha256}`,
        failed: found.problem ?? `its parts have SHA-256 ${found.sha256}, not ${file.sha256}`,
      });
  }
  await shelf.finish();
}
