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

const sizeOf = (pieces: readonly Piece[]): number => pieces.reduce((size, { length }) => size + length, 0);

/**
 * The same blobs, but packs that are as large as another blob are split: they might hold the very same bytes, cut otherwise, and so be
 * one blob on Walrus, of which no manifest may have ranges that overlap.
 */
function keepApart(blobs: readonly (readonly Piece[])[]): readonly (readonly Piece[])[] {
  const sizes = new Set(blobs.filter((pieces) => pieces.length === 1).map(sizeOf));
  return blobs.flatMap((pieces) => {
    if (pieces.length === 1) return [pieces];
    let left = pieces;
    const split: (readonly Piece[])[] = [];
    while (left.length > 1 && sizes.has(sizeOf(left))) {
      split.unshift(left.slice(-1));
      left = left.slice(0, -1);
    }
    const apart = [left, ...split];
    for (const blob of apart) sizes.add(sizeOf(blob));
    return apart;
  });
}

/**
 * Lays files out in blobs: every chunk of a large file is a blob of its own, so that an unchanged one is the same blob in
 * every version and model; small files share packs. Equal content is laid out once. The same files give the same plan.
 */
export function planBlobs({ files, maxBlobSize = MAX_PART }: PlanBlobsOptions): PublishPlan {
  const drafts: Piece[][] = [];
  const known = new Map<string, Piece>();
  let pack: Piece[] | undefined;
  let packed = 0;
  const isAlone = ({ size }: FileFacts): boolean => size >= Math.min(LARGE_FILE, maxBlobSize);

  const draftFor = (file: FileFacts, chunk: Chunk): Piece[] => {
    const alone = isAlone(file);
    if (!alone) packed += chunk.length;
    if (!alone && pack && packed <= maxBlobSize) return pack;
    const draft: Piece[] = [];
    drafts.push(draft);
    if (!alone) [pack, packed] = [draft, chunk.length];
    return draft;
  };
  const place = (file: FileFacts, chunk: Chunk): Piece => {
    // Chunks of large files are blobs of their own also where a small file has the same bytes: then a private model needs no other blob.
    const key = `${isAlone(file) ? "alone" : "packed"} ${chunk.sha256}`;
    const placed = known.get(key);
    if (placed) return placed;
    const piece = { ...chunk, file };
    draftFor(file, chunk).push(piece);
    known.set(key, piece);
    return piece;
  };
  const placed = files.map((facts) => ({ facts, pieces: facts.chunks.map((chunk) => place(facts, chunk)) }));

  const blobs: (readonly Piece[])[] = [];
  const parts = new Map<Piece, FilePart>();
  const alone = new Map<string, FilePart>();
  for (const pieces of keepApart(drafts)) {
    const [first] = pieces;
    // A pack that is one file may be a chunk of a large one too.
    const same = first && pieces.length === 1 ? alone.get(first.sha256) : undefined;
    if (first && same) {
      parts.set(first, same);
      continue;
    }
    let offset = 0;
    for (const piece of pieces) {
      const { length, sha256 } = piece;
      parts.set(piece, { blob: blobs.length, offset, length, sha256 });
      offset += length;
    }
    const part = first && parts.get(first);
    if (part && pieces.length === 1) alone.set(part.sha256, part);
    blobs.push(pieces);
  }
  return {
    blobs: blobs.map((pieces) => ({ size: sizeOf(pieces), pieces })),
    files: placed.map(({ facts, pieces }) => ({ facts, parts: pieces.flatMap((piece) => parts.get(piece) ?? []) })),
  };
}
