import { access, open } from "node:fs/promises";

import { z } from "zod";

import { ScrimshawError } from "../errors.ts";
import { isBlobId, parseBlobId } from "./blob-id.ts";
import type { BlobReference } from "./blob-store.ts";
import { unreadable } from "./list-files.ts";
import { serverText } from "./server-text.ts";

const SCHEMA = "scrimshaw.blob-list/1";
const MAX_LIST_SIZE = 2 ** 26;

/** Names between slashes, none of them `.` or `..`, without what other systems read as separators, and without controls. */
const SAFE_PATH = /^(?!.*(?:^|\/)\.{1,2}(?:\/|$))[^/\\:\p{Cc}\p{Cs}]+(?:\/[^/\\:\p{Cc}\p{Cs}]+)*$/u;

const ListPath = z.string().max(1_024).regex(SAFE_PATH);
const Hash = z.templateLiteral(["0x", z.string().regex(/^[0-9a-f]{64}$/)]);
const Shape = z.strictObject({
  schema: z.literal(SCHEMA),
  blobs: z.array(
    z.strictObject({
      path: ListPath,
      blobId: z.string().refine(isBlobId),
      contentHash: Hash,
      size: z.int().min(0),
    }),
  ),
});

/** A file's blob. */
export interface ListedBlob extends BlobReference {
  /** The file's place in its folder, with forward slashes. */
  readonly path: string;
}

/** What a command was given: one blob, or the list of a folder's blobs. */
export type BlobArgument =
  { readonly kind: "blob"; readonly blobId: string } | { readonly kind: "list"; readonly blobs: readonly ListedBlob[] };

/**
 * Tells before anything is stored that a list could not be read back.
 * @throws ScrimshawError `walrus.blob-list-invalid`
 */
export function requireListable(paths: readonly string[]): void {
  const wrong = paths.find((path) => !ListPath.safeParse(path).success);
  if (wrong === undefined) return;
  throw new ScrimshawError({
    code: "walrus.blob-list-invalid",
    expected: "names of files that every system takes: no backslash, colon or control character, at most 1024 in all",
    found: JSON.stringify(serverText(wrong)),
    next: "Rename the file, or store it without --save.",
  });
}

/** The list of a folder's blobs as a JSON document, to be read by `readBlobArgument`. */
export function formatBlobList(blobs: readonly ListedBlob[]): string {
  const lines = blobs.map(({ path, blobId, contentHash, size }) => ({ path, blobId, contentHash, size }));
  return `${JSON.stringify({ schema: SCHEMA, blobs: lines }, undefined, 2)}\n`;
}

/** The text of a file that may be a list; undefined if it is too large for one. */
async function readText(path: string): Promise<string | undefined> {
  try {
    await using file = await open(path);
    const { size } = await file.stat();
    return size > MAX_LIST_SIZE ? undefined : await file.readFile("utf8");
  } catch (cause) {
    throw unreadable(path, cause);
  }
}

/** Whether text is no Blob ID and not meant as one: a path has dots or separators, or leads somewhere. */
async function isPath(text: string): Promise<boolean> {
  const known: boolean = isBlobId(text);
  if (known) return false;
  if (/[./\\]/.test(text)) return true;
  return access(text).then(
    () => true,
    () => false,
  );
}

/**
 * A Blob ID, or the path of a list that `walrus put --save` wrote. Paths in it cannot lead out of a folder.
 * @throws ScrimshawError `walrus.blob-id-invalid`, `walrus.blob-list-invalid`, `walrus.file-unreadable`
 */
export async function readBlobArgument(text: string): Promise<BlobArgument> {
  if (!(await isPath(text))) return { kind: "blob", blobId: parseBlobId(text) };
  const named = await readText(text);
  try {
    const { blobs } = Shape.parse(JSON.parse(named ?? ""));
    const paths = new Set(blobs.map(({ path }) => path));
    if (paths.size !== blobs.length) throw new Error("a path occurs twice");
    return { kind: "list", blobs };
  } catch (cause) {
    throw new ScrimshawError({
      code: "walrus.blob-list-invalid",
      expected: "a Blob ID, or a list of blobs as `npx hardhat walrus put <folder> --save list.json` writes it",
      found: `something else in ${text}`,
      next: "Name another file, or a Blob ID.",
      cause,
    });
  }
}
