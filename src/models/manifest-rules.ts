import { createHash } from "node:crypto";
import { ScrimshawError } from "../errors.ts";
import type { FilePart, Manifest, ManifestFile } from "./manifest.ts";
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

function requirePart({ blobs }: Manifest, { path }: ManifestFile, part: FilePart): void {
  const blob = blobs[part.blob];
  if (!blob)
    throw invalidManifest(
      `an index below ${String(blobs.length)}`,
      `part of ${quoted(path)} in blob ${String(part.blob)}`,
    );
  if (part.offset + part.length > blob.size) {
    throw invalidManifest(
      `a range inside the ${String(blob.size)} bytes of blob ${blob.id}`,
      `part of ${quoted(path)} at ${String(part.offset)} with ${String(part.length)} bytes`,
    );
  }
  if (part.length === blob.size && part.sha256 !== blob.sha256) {
    throw invalidManifest(`SHA-256 ${blob.sha256} for the part of ${quoted(path)} that is a whole blob`, part.sha256);
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
 * What the schema alone cannot say: order, safe paths, parts that cover each file exactly inside their blobs without
 * overlapping another file's, hashes that do not contradict each other, and no idle blob. Time is that of one sort.
 * @throws ScrimshawError `models.manifest-invalid`, `models.path-invalid`, `models.path-collision`
 */
export function requireConsistentManifest(manifest: Manifest): void {
  requireSafePaths(manifest.files.map(({ path }) => path));
  requireOrder(manifest);
  for (const file of manifest.files) requireFile(manifest, file);
  requireApart(manifest);
}
