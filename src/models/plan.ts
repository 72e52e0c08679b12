import type { Chunk, FileFacts } from "./file-facts.ts";
import { LARGE_FILE, MAX_PART } from "./limits.ts";
import type { FilePart } from "./manifest.ts";

/** A range of a file of the folder, as it goes into a blob. */
export interface Piece extends Chunk {
  readonly file: FileFacts;
}

/** A blob to make: its pieces one after the other. */
export interface PlannedBlob {
  readonly size: number;
  readonly pieces: readonly Piece[];
}

/** A file and its places in the plan's blobs. */
export interface PlannedFile {
  readonly facts: FileFacts;
  /** `blob` is an index into the plan's blobs. */
  readonly parts: readonly FilePart[];
}

/** Which blobs to make of a folder. */
export interface PublishPlan {
  readonly blobs: readonly PlannedBlob[];
  readonly files: readonly PlannedFile[];
}

export interface PlanBlobsOptions {
  /** In the order of the manifest. */
  readonly files: readonly FileFacts[];
  /** The most bytes of a blob; no chunk of a file has more. Default 256 MiB. */
  readonly maxBlobSize?: number;
}

interface Draft {
  readonly index: number;
  size: number;
  readonly pieces: Piece[];
}

/**
 * Lays files out in blobs: every chunk of a large file is a blob of its own, so that an unchanged one is the same blob in
 * every version and model; small files share packs. Equal content is laid out once. The same files give the same plan.
 */
export function planBlobs({ files, maxBlobSize = MAX_PART }: PlanBlobsOptions): PublishPlan {
  const blobs: Draft[] = [];
  const known = new Map<string, FilePart>();
  let pack: Draft | undefined;
  const isAlone = ({ size }: FileFacts): boolean => size >= Math.min(LARGE_FILE, maxBlobSize);

  const draftFor = (file: FileFacts, chunk: Chunk): Draft => {
    const alone = isAlone(file);
    if (!alone && pack && pack.size + chunk.length <= maxBlobSize) return pack;
    const draft: Draft = { index: blobs.length, size: 0, pieces: [] };
    blobs.push(draft);
    if (!alone) pack = draft;
    return draft;
  };
  const place = (file: FileFacts, chunk: Chunk): FilePart => {
    // Chunks of large files are blobs of their own also where a small file has the same bytes: then a private model needs no other blob.
    const key = `${isAlone(file) ? "alone" : "packed"} ${chunk.sha256}`;
    const placed = known.get(key);
    if (placed) return placed;
    const draft = draftFor(file, chunk);
    const part: FilePart = {
      blob: draft.index,
      offset: draft.size,
      length: chunk.length,
      sha256: chunk.sha256,
    };
    draft.pieces.push({ ...chunk, file });
    draft.size += chunk.length;
    known.set(key, part);
    return part;
  };
  const planned = files.map((facts) => ({ facts, parts: facts.chunks.map((chunk) => place(facts, chunk)) }));
  return { blobs, files: planned };
}
