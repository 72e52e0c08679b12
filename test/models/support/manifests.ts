import { createHash } from "node:crypto";
import type { Manifest } from "../../../src/models/manifest.ts";

export const sha256 = (bytes: Uint8Array | string): string => createHash("sha256").update(bytes).digest("hex");

/** A Blob ID whose raw bytes all are `byte`. */
export const blobIdOf = (byte: number): string => Buffer.alloc(32, byte).toString("base64url");

/** Two blobs: a pack with `a.txt` and `b/c.txt`, and a chunk of `weights.bin`, whose other chunk is the pack's tail. */
export function sampleManifest(): Manifest {
  const [a, c, first, second] = ["hello", "world!", "0123456789", "abc"];
  const pack = `${a}${c}${second}`;
  return {
    schema: "scrimshaw.model/1",
    name: "sample",
    metadata: { task: "text", license: "MIT", tags: ["x"], notes: "ü\nline" },
    blobs: [
      { id: blobIdOf(1), sha256: sha256(pack), size: pack.length },
      { id: blobIdOf(200), sha256: sha256(first), size: first.length },
    ],
    files: [
      { path: "a.txt", size: 5, sha256: sha256(a), parts: [{ blob: 0, offset: 0, length: 5, sha256: sha256(a) }] },
      { path: "b/c.txt", size: 6, sha256: sha256(c), parts: [{ blob: 0, offset: 5, length: 6, sha256: sha256(c) }] },
      {
        path: "weights.bin",
        size: 13,
        sha256: sha256(first + second),
        parts: [
          { blob: 1, offset: 0, length: 10, sha256: sha256(first) },
          { blob: 0, offset: 11, length: 3, sha256: sha256(second) },
        ],
      },
    ],
  };
}
