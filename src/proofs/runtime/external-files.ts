import { posix } from "node:path";
import { requireNeeds } from "../../models/file-needs.ts";
import type { Manifest, ManifestFile } from "../../models/manifest.ts";
import { largeBudget, readExternalData } from "../../models/onnx/external-data.ts";

export interface ExternalFilesOptions {
  readonly manifest: Manifest;
  /** The graph. */
  readonly file: ManifestFile;
  /** Its bytes. */
  readonly model: Uint8Array;
  readonly signal?: AbortSignal | undefined;
}

/** A file of the model that holds tensors of the graph, and the name that the graph has for it. */
export interface ExternalFile {
  readonly location: string;
  readonly file: ManifestFile;
}

/** The bytes of such a file, as a runtime takes them. */
export interface ExternalData {
  readonly path: string;
  readonly data: Uint8Array;
}

/**
 * The files beside a graph that it takes to run it, all of them the model's own.
 * @throws ScrimshawError `models.onnx-invalid`, `models.needed-file-missing`
 */
export async function externalFilesOf(options: ExternalFilesOptions): Promise<readonly ExternalFile[]> {
  const { manifest, file, model, signal } = options;
  const handle = {
    read: (buffer: Uint8Array, offset: number, length: number, position: number) => {
      const piece = model.subarray(position, position + length);
      buffer.set(piece, offset);
      return Promise.resolve({ bytesRead: piece.length });
    },
  };
  const needs = await readExternalData({ handle, size: model.length, budget: largeBudget(signal) });
  requireNeeds({ files: manifest.files, needing: [{ path: file.path, needs }] });
  const byPath = new Map(manifest.files.map((one) => [one.path, one]));
  return [...needs.keys()].flatMap((location) => {
    const found = byPath.get(posix.join(posix.dirname(file.path), location));
    return found === undefined ? [] : [{ location, file: found }];
  });
}
