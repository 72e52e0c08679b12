import canonicalize from "canonicalize";
import { keccak256 } from "ethers";
import type { z } from "zod";
import { ScrimshawError } from "../errors.ts";
import { MAX_FILES, MAX_MANIFEST } from "./limits.ts";
import { invalidManifest, requireConsistentManifest } from "./manifest-rules.ts";
import { MANIFEST_SCHEMA, manifestSchema } from "./manifest.ts";
import type { Manifest } from "./manifest.ts";
import { quoted } from "./text.ts";

/** More values than any manifest within the other limits has. */
const MAX_VALUES = 400_000;

function parse<T>(schema: z.ZodType<T>, value: unknown, where: string): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  const place = [where, ...(issue?.path ?? [])].map(String).join(".");
  throw invalidManifest(
    `a manifest of ${MANIFEST_SCHEMA}`,
    `${quoted(place)}: ${quoted(issue?.message ?? "no match")}`,
  );
}

/** Bounds the work that validation can be made to do, whatever the value is. */
function requireModest(value: unknown): void {
  const open: unknown[] = [value];
  let count = 0;
  while (open.length > 0) {
    const next = open.pop();
    if (next === null || typeof next !== "object") continue;
    const children: unknown[] = Array.isArray(next) ? next : Object.values(next);
    count += children.length;
    if (children.length > MAX_FILES || count > MAX_VALUES) {
      throw invalidManifest(`at most ${String(MAX_FILES)} files`, "lists that are longer");
    }
    for (const child of children) open.push(child);
  }
}

function decode(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes));
  } catch (cause) {
    throw invalidManifest("a manifest in UTF-8 JSON", `${String(bytes.length)} bytes that are none`, cause);
  }
}

function requireKnownSchema(value: unknown): asserts value is Record<"files" | "blobs", unknown[]> {
  const schema = typeof value === "object" && value !== null && "schema" in value ? value.schema : undefined;
  if (schema !== MANIFEST_SCHEMA) {
    throw new ScrimshawError({
      code: "models.manifest-schema-unknown",
      expected: `a manifest with schema ${MANIFEST_SCHEMA}`,
      found: typeof schema === "string" ? `schema ${quoted(schema)}` : "JSON without a schema",
      next: "If the model was published by a newer Scrimshaw, update; otherwise the entry points to no manifest.",
    });
  }
  const { blobs, files } = value as Partial<Record<"files" | "blobs", unknown>>;
  if (!Array.isArray(blobs) || !Array.isArray(files)) throw invalidManifest("lists of blobs and files", "none");
}

/**
 * The canonical JSON (RFC 8785) of a manifest, after all checks.
 * @throws ScrimshawError `models.manifest-invalid`, `models.manifest-too-large`, `models.path-invalid`, `models.path-collision`
 */
export function encodeManifest(manifest: Manifest): Uint8Array {
  const checked = parse(manifestSchema, manifest, "manifest");
  requireConsistentManifest(checked);
  const bytes = Buffer.from(canonicalText(checked), "utf8");
  requireManifestSize(bytes.length);
  return bytes;
}

function canonicalText(manifest: Manifest): string {
  try {
    return canonicalize(manifest) ?? "";
  } catch (cause) {
    throw invalidManifest("text that is valid Unicode", "a lone surrogate", cause);
  }
}

/** @throws ScrimshawError `models.manifest-too-large` */
export function requireManifestSize(size: number): void {
  if (size <= MAX_MANIFEST) return;
  throw new ScrimshawError({
    code: "models.manifest-too-large",
    expected: `a manifest of at most ${String(MAX_MANIFEST)} bytes`,
    found: `${String(size)} bytes`,
    next: "Publish fewer files, or put many small ones into an archive.",
  });
}

/**
 * Reads a manifest from untrusted bytes. They must be exactly the canonical JSON of what they say, so that one manifest has
 * one hash. Time and memory are bounded whatever the bytes are.
 * @throws ScrimshawError `models.manifest-too-large`, `models.manifest-schema-unknown`, `models.manifest-invalid`,
 *   `models.manifest-not-canonical`, `models.path-invalid`, `models.path-collision`
 */
export function decodeManifest(bytes: Uint8Array): Manifest {
  requireManifestSize(bytes.length);
  const value = decode(bytes);
  requireModest(value);
  requireKnownSchema(value);
  // One entry after the other: validating a long hostile list at once would collect every fault of it.
  const { shape } = manifestSchema;
  value.blobs.forEach((blob, index) => parse(shape.blobs.element, blob, `blobs.${String(index)}`));
  value.files.forEach((file, index) => parse(shape.files.element, file, `files.${String(index)}`));
  const manifest = parse(manifestSchema, value, "manifest");
  requireConsistentManifest(manifest);
  if (Buffer.compare(Buffer.from(canonicalText(manifest), "utf8"), bytes) !== 0) {
    throw new ScrimshawError({
      code: "models.manifest-not-canonical",
      expected: "canonical JSON as in RFC 8785",
      found: "other spacing, order of keys or writing of numbers and text",
      next: "Publish the folder again with `npx hardhat model publish`, which writes canonical manifests.",
    });
  }
  return manifest;
}

/** keccak256 of the concatenated raw IDs of the blobs that hold the files, in the manifest's order, as the registry keeps it. */
export function blobsHashOf(manifest: Manifest): `0x${string}` {
  return keccak256(Buffer.concat(manifest.blobs.map(({ id }) => Buffer.from(id, "base64url")))) as `0x${string}`;
}
