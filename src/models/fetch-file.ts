import { createHash } from "node:crypto";
import type { Hash } from "node:crypto";
import { constants } from "node:fs";
import { chmod, mkdir, open, rm } from "node:fs/promises";
import type { FileHandle } from "node:fs/promises";
import { dirname } from "node:path";
import type { BlobStore } from "../walrus/blob-store.ts";
import { ScrimshawError } from "../errors.ts";
import type { Identities } from "./age/identities.ts";
import { modeOfContent } from "./cache/content-store.ts";
import type { ModelCache } from "./cache/model-cache.ts";
import { gatherPart, rehash, reread, saysWrong } from "./gather-part.ts";
import type { PlacedPart } from "./gather-part.ts";
import type { Manifest, ManifestFile } from "./manifest.ts";
import { PositionedWriter } from "./positioned-writer.ts";

export interface FetchFileOptions {
  readonly manifest: Manifest;
  readonly file: ManifestFile;
  readonly store: BlobStore;
  readonly cache: ModelCache;
  /** For a private model. */
  readonly identities?: Identities | undefined;
  readonly signal: AbortSignal;
  /** Called with the bytes that came from Walrus since the last call. */
  readonly onReceived: (bytes: number) => void;
}

interface GatheringFile extends FetchFileOptions {
  readonly handle: FileHandle;
}

/** Copies a part that the file has in an earlier place. */
async function repeat(gathering: GatheringFile, { part, start: from }: PlacedPart, start: number): Promise<void> {
  const writer = new PositionedWriter({ handle: gathering.handle, position: start });
  for await (const piece of reread(gathering, from, part.length)) {
    await writer.write(piece);
    // Before the piece's memory is used for the next one.
    await writer.end();
  }
}

async function gather(gathering: GatheringFile): Promise<void> {
  const { manifest, file, handle } = gathering;
  const there = Math.min((await handle.stat()).size, file.size);
  await handle.truncate(there);
  // A file of one part has the part's hash, as the manifest's rules say.
  let whole: Hash | undefined = file.parts.length > 1 ? createHash("sha256") : undefined;
  const known = new Map<string, PlacedPart>();
  let start = 0;
  for (const part of file.parts) {
    const have = Math.min(Math.max(there - start, 0), part.length);
    const blob = manifest.blobs[part.blob];
    if (!blob) throw new RangeError(`no blob ${String(part.blob)}`);
    const placed = { part, blob, start };
    const earlier = known.get(part.sha256);
    if (earlier === undefined && blob.age === undefined) whole = await gatherPart(gathering, placed, { have, whole });
    else {
      if (earlier !== undefined) await repeat(gathering, earlier, start);
      else if (blob.age !== undefined) {
        const { decryptPart } = await import("./age/decrypt-part.ts");
        await decryptPart(gathering, { ...placed, blob: { ...blob, age: blob.age } }, have);
      }
      if (whole !== undefined) await rehash(gathering, start, part.length, whole);
    }
    known.set(part.sha256, placed);
    start += part.length;
  }
  const found = whole?.digest("hex") ?? file.sha256;
  if (found === file.sha256) return;
  throw new ScrimshawError({
    code: "models.content-mismatch",
    expected: `${String(file.size)} bytes with SHA-256 ${file.sha256} for the file ${JSON.stringify(file.path)}`,
    found,
    next: "The manifest contradicts its blobs: do not use this version, and tell its publisher.",
  });
}

/**
 * Brings a file of any size into the cache with little memory, going on where an earlier run was stopped, within a part too. Only
 * one process fetches a content at a time.
 * @throws ScrimshawError `models.part-mismatch`, `models.content-mismatch`, errors of `decryptPart` and of the store
 */
export async function fetchFile(options: FetchFileOptions): Promise<void> {
  const { cache, manifest, file, signal } = options;
  using locks = new DisposableStack();
  locks.use(await cache.lock(`content-${file.sha256}`, "exclusive", signal));
  // Somebody else may have brought it meanwhile.
  if (await cache.blobs.has(file, signal)) return;
  const path = cache.pathOfPartial(file);
  await mkdir(dirname(path), { recursive: true });
  // A run that was killed at its very end has left it read-only.
  await chmod(path, 0o600).catch(() => undefined);
  const handle = await open(path, constants.O_RDWR | constants.O_CREAT | constants.O_NOFOLLOW, 0o600);
  try {
    await gather({ ...options, handle });
    await handle.chmod(modeOfContent(manifest.encryption !== undefined));
    await handle.sync();
  } catch (error) {
    if (saysWrong(error)) await rm(path, { force: true });
    throw error;
  } finally {
    await handle.close();
  }
  await cache.blobs.adopt(file, path);
}
