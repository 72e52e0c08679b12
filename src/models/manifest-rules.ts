import { createHash } from "node:crypto";
import { ScrimshawError } from "../errors.ts";
import { payloadSize } from "./age/age-file.ts";
import type { Content } from "./cache/content-store.ts";
import { MAX_AGE_HEADER } from "./limits.ts";
import type { FilePart, Manifest, ManifestBlob, ManifestFile } from "./manifest.ts";
import { requireSafePaths } from "./paths.ts";
import { compareText, quoted } from "./text.ts";

const EMPTY_SHA256 = createHash("sha256").digest("hex");

/** The error for a manifest that breaks a rule: `models.manifest-invalid`. */
export function invalidManifest(expected: string, found: string, cause?: unknown): ScrimshawError {
  return new ScrimshawError({
    code: "models.manifest-invalid",
    expected,
    found,
    next: "Do not use this version, and tell its publisher; `npx hardhat model show <reference>` lists the others.",
    cause,
  });
}

function requireOrder({ blobs, files }: Manifest): void {
  const ids = blobs.map(({ id }) => Buffer.from(id, "base64url"));
  ids.forEach((id, index) => {
    const before = ids[index - 1];
    if (before && Buffer.compare(before, id) >= 0)
      throw invalidManifest("blobs sorted by their raw ID, each once", quoted(blobs[index]?.id ?? ""));
  });
  files.forEach(({ path }, index) => {
    const before = files[index - 1];
    if (before && compareText(before.path, path) > 0) throw invalidManifest("files sorted by path", quoted(path));
  });
}

/** What a blob holds for files: of an age file what comes out of it. */
function contentOf({ age, size, sha256 }: ManifestBlob): Content {
  return age ?? { size, sha256 };
}

function requirePart({ blobs }: Manifest, { path }: ManifestFile, part: FilePart): void {
  const blob = blobs[part.blob];
  if (!blob)
    throw invalidManifest(
      `an index below ${String(blobs.length)}`,
      `part of ${quoted(path)} in blob ${String(part.blob)}`,
    );
  const content = contentOf(blob);
  if (part.offset + part.length > content.size) {
    throw invalidManifest(
      `a range inside the ${String(content.size)} bytes of blob ${blob.id}`,
      `part of ${quoted(path)} at ${String(part.offset)} with ${String(part.length)} bytes`,
    );
  }
  if (part.length === content.size && part.sha256 !== content.sha256) {
    throw invalidManifest(
      `SHA-256 ${content.sha256} for the part of ${quoted(path)} that is a whole blob`,
      part.sha256,
    );
  }
}

function requireFile(manifest: Manifest, file: ManifestFile): void {
  const covered = file.parts.reduce((sum, part) => sum + part.length, 0);
  if (covered !== file.size) {
    throw invalidManifest(
      `parts of ${String(file.size)} bytes in all for ${quoted(file.path)}`,
      `${String(covered)} bytes`,
    );
  }
  for (const part of file.parts) requirePart(manifest, file, part);
  const known = file.parts.length === 1 ? file.parts[0]?.sha256 : file.size === 0 ? EMPTY_SHA256 : file.sha256;
  if (known !== file.sha256) throw invalidManifest(`SHA-256 ${String(known)} for ${quoted(file.path)}`, file.sha256);
}

/** One hash is of one content, so it has one size: what is kept under a hash would else be no copy of what another entry promises. */
function requireOneSize({ blobs, files }: Manifest): void {
  const sizes = new Map<string, number>();
  const note = (sha256: string, size: number): void => {
    const other = sizes.get(sha256) ?? size;
    if (other !== size)
      throw invalidManifest(`one size for SHA-256 ${sha256}`, `${String(other)} and ${String(size)} bytes`);
    sizes.set(sha256, size);
  };
  for (const blob of blobs) {
    note(blob.sha256, blob.size);
    if (blob.age) note(blob.age.sha256, blob.age.size);
  }
  for (const file of files) {
    note(file.sha256, file.size);
    for (const part of file.parts) note(part.sha256, part.length);
  }
}

function requireApart({ blobs, files }: Manifest): void {
  const parts = files.flatMap((file) => file.parts.map((part) => ({ part, path: file.path })));
  parts.sort((a, b) => a.part.blob - b.part.blob || a.part.offset - b.part.offset || a.part.length - b.part.length);
  parts.forEach(({ part, path }, index) => {
    const before = parts[index - 1];
    if (before?.part.blob !== part.blob) return;
    const same = before.part.offset === part.offset && before.part.length === part.length;
    const clash = same ? before.part.sha256 !== part.sha256 : before.part.offset + before.part.length > part.offset;
    if (clash)
      throw invalidManifest(
        "parts that are identical or do not overlap",
        `${quoted(before.path)} and ${quoted(path)} in one range`,
      );
  });
  const used = new Set(parts.map(({ part }) => part.blob));
  const idle = blobs.find((_, index) => !used.has(index));
  if (idle) throw invalidManifest("blobs that hold some file", `blob ${idle.id}, which no file uses`);
}

/**
 * A private model is private as a whole, and costs no more work than a public one of its size: a file in pieces of other blobs would
 * have each of them decrypted as a whole.
 */
function requireEncryption({ encryption, blobs, files }: Manifest): void {
  for (const { id, size, age } of blobs) {
    if ((age === undefined) !== (encryption === undefined))
      throw invalidManifest("all blobs encrypted, or none", `blob ${id} beside others`);
    if (age === undefined) continue;
    const header = size - payloadSize(age.size);
    if (header < 1 || header > MAX_AGE_HEADER)
      throw invalidManifest(`an age file of ${String(age.size)} bytes`, `blob ${id} of ${String(size)}`);
  }
  if (encryption === undefined) return;
  for (const { path, parts } of files) {
    if (parts.length > 1 && parts.some(({ blob, length }) => length !== blobs[blob]?.age?.size))
      throw invalidManifest("one part, or whole blobs, for a file of a private model", quoted(path));
  }
}

/**
 * What the schema alone cannot say: order, safe paths, parts that cover each file exactly inside their blobs without
 * overlapping another file's, hashes that do not contradict each other, and no idle blob. Time is that of one sort.
 * @throws ScrimshawError `models.manifest-invalid`, `models.path-invalid`, `models.path-collision`
 */
export function requireConsistentManifest(manifest: Manifest): void {
  requireSafePaths(manifest.files.map(({ path }) => path));
  requireOrder(manifest);
  for (const file of manifest.files) requireFile(manifest, file);
  requireOneSize(manifest);
  requireApart(manifest);
  requireEncryption(manifest);
}
