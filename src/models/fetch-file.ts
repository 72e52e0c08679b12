import { createHash } from "node:crypto";
import type { Hash } from "node:crypto";
import { constants } from "node:fs";
import { chmod, mkdir, open, rm } from "node:fs/promises";
import type { FileHandle } from "node:fs/promises";
import { dirname } from "node:path";
import type { BlobStore } from "../walrus/blob-store.ts";
import { ScrimshawError } from "../errors.ts";
import type { ModelCache } from "./cache/model-cache.ts";
import type { FilePart, Manifest, ManifestFile } from "./manifest.ts";
import { partMismatch } from "./part-source.ts";

const BUFFER = 1024 * 1024;

export interface FetchFileOptions {
  readonly manifest: Manifest;
  readonly file: ManifestFile;
  readonly store: BlobStore;
  readonly cache: ModelCache;
  readonly signal: AbortSignal;
  /** Called with the bytes that came from Walrus since the last call. */
  readonly onReceived: (bytes: number) => void;
}

interface Gathering extends FetchFileOptions {
  readonly handle: FileHandle;
}

/** Feeds a stretch of the gathered file to hashes. */
async function rehash(
  { handle, signal }: Gathering,
  from: number,
  length: number,
  hashes: readonly Hash[],
): Promise<void> {
  const buffer = Buffer.allocUnsafe(BUFFER);
  for (let done = 0; done < length;) {
    signal.throwIfAborted();
    const { bytesRead } = await handle.read(buffer, 0, Math.min(BUFFER, length - done), from + done);
    if (bytesRead === 0) throw new RangeError("the gathered file became shorter");
    for (const hash of hashes) hash.update(buffer.subarray(0, bytesRead));
    done += bytesRead;
  }
}

interface PlacedPart {
  readonly part: FilePart;
  /** Where it begins in the file. */
  readonly start: number;
}

/** Copies a part that the file has in an earlier place. */
async function repeat({ handle, signal }: Gathering, earlier: PlacedPart, start: number): Promise<void> {
  const buffer = Buffer.allocUnsafe(BUFFER);
  const { length } = earlier.part;
  for (let done = 0; done < length;) {
    signal.throwIfAborted();
    const { bytesRead } = await handle.read(buffer, 0, Math.min(BUFFER, length - done), earlier.start + done);
    if (bytesRead === 0) throw new RangeError("the gathered file became shorter");
    await handle.write(buffer, 0, bytesRead, start + done);
    done += bytesRead;
  }
}

/** Brings a part whose first `have` bytes are there already, from an earlier run, and checks it as a whole. */
async function bring(gathering: Gathering, { part, start }: PlacedPart, have: number): Promise<void> {
  const { manifest, store, handle, signal, onReceived } = gathering;
  const blob = manifest.blobs[part.blob];
  if (!blob) throw new RangeError(`no blob ${String(part.blob)}`);
  const hash = createHash("sha256");
  await rehash(gathering, start, have, [hash]);
  let filled = have;
  if (filled < part.length) {
    const stream = store.stream({
      blobId: blob.id,
      size: blob.size,
      range: { offset: part.offset + have, length: part.length - have },
      // The store goes on at another server when one sends wrong bytes, but knows only the hash of the part as a whole.
      ...(have === 0 ? { contentHash: `0x${part.sha256}` as const } : { unverified: true }),
      signal,
    });
    for await (const piece of stream) {
      if (filled + piece.length > part.length) throw partMismatch(part, blob, "more bytes");
      const writing = handle.write(piece, 0, piece.length, start + filled);
      hash.update(piece);
      await writing;
      filled += piece.length;
      onReceived(piece.length);
    }
  }
  const found = filled === part.length ? hash.digest("hex") : `${String(filled)} bytes`;
  if (found !== part.sha256) throw partMismatch(part, blob, found);
}

async function gather(gathering: Gathering): Promise<void> {
  const { file, handle } = gathering;
  const there = Math.min((await handle.stat()).size, file.size);
  await handle.truncate(there);
  const whole = createHash("sha256");
  const known = new Map<string, PlacedPart>();
  let start = 0;
  for (const part of file.parts) {
    const have = Math.min(Math.max(there - start, 0), part.length);
    const placed = { part, start };
    const earlier = known.get(part.sha256);
    if (earlier) await repeat(gathering, earlier, start);
    else
      await bring(gathering, placed, have).catch(async (error: unknown) => {
        const isWrong = error instanceof ScrimshawError && error.code === "models.part-mismatch";
        if (have === 0 || !isWrong) throw error;
        // What an earlier run left may be what is wrong: then from the part's beginning.
        await bring(gathering, placed, 0);
      });
    // A file of one part has the part's hash, as the manifest's rules say.
    if (file.parts.length > 1) await rehash(gathering, start, part.length, [whole]);
    known.set(part.sha256, placed);
    start += part.length;
  }
  const found = file.parts.length > 1 ? whole.digest("hex") : file.sha256;
  if (found === file.sha256) return;
  throw new ScrimshawError({
    code: "models.content-mismatch",
    expected: `${String(file.size)} bytes with SHA-256 ${file.sha256} for the file ${JSON.stringify(file.path)}`,
    found,
    next: "The manifest contradicts its blobs: do not use this version, and tell its publisher.",
  });
}

/** True for errors that say that the bytes are wrong, and not that they are not to be had just now. */
function saysWrong(error: unknown): boolean {
  return error instanceof ScrimshawError && error.code.endsWith("-mismatch");
}

/**
 * Brings a file of any size into the cache with little memory, going on where an earlier run was stopped, within a part too. Only
 * one process fetches a content at a time.
 * @throws ScrimshawError `models.part-mismatch`, `models.content-mismatch`, errors of the store
 */
export async function fetchFile(options: FetchFileOptions): Promise<void> {
  const { cache, file, signal } = options;
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
    await handle.chmod(0o444);
    await handle.sync();
  } catch (error) {
    if (saysWrong(error)) await rm(path, { force: true });
    throw error;
  } finally {
    await handle.close();
  }
  await cache.blobs.adopt(file, path);
}
