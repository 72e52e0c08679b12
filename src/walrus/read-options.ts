import { ScrimshawError } from "../errors.ts";
import { blobIdToHex } from "./blob-id.ts";
import type { ByteRange, GetOptions, StreamOptions } from "./blob-store.ts";

/** A part of a stream is held in memory until it is checked. */
const MAX_PART = 2 ** 28;

function invalid(expected: string, found: string): ScrimshawError {
  return new ScrimshawError({ code: "walrus.get-options-invalid", expected, found, next: "Correct the call." });
}

function checkHash(hash: string | undefined): void {
  if (hash === undefined || /^0x[0-9a-f]{64}$/.test(hash)) return;
  throw invalid("a content hash as 0x and 64 lower-case hex digits", JSON.stringify(hash.slice(0, 80)));
}

function checkRange({ offset, length }: ByteRange, size: number | undefined): void {
  if (!Number.isSafeInteger(offset) || offset < 0 || !Number.isSafeInteger(length) || length < 1) {
    throw invalid("a range of whole bytes, at least one", `offset ${offset}, length ${length}`);
  }
  if (size !== undefined && offset + length > size) {
    throw invalid(`a range within ${size} bytes`, `offset ${offset}, length ${length}`);
  }
}

function checkChunk({ range, chunk, contentHash, size }: GetOptions): void {
  if (chunk === undefined) return;
  checkHash(chunk.contentHash);
  checkRange(chunk, size);
  if (range === undefined || contentHash !== undefined) {
    throw invalid("a chunk to check a range, which has no hash of its own", "another combination");
  }
  if (range.offset >= chunk.offset && range.offset + range.length <= chunk.offset + chunk.length) return;
  throw invalid(
    `a range within the chunk of ${chunk.length} bytes at ${chunk.offset}`,
    `offset ${range.offset}, length ${range.length}`,
  );
}

/** @throws ScrimshawError `walrus.get-options-invalid`, `walrus.blob-id-invalid` */
export function checkGetOptions(options: GetOptions): void {
  const { blobId, contentHash, range, chunk, size, unverified } = options;
  blobIdToHex(blobId);
  checkHash(contentHash);
  if (range !== undefined) checkRange(range, size);
  checkChunk(options);
  if (range !== undefined && contentHash === undefined && chunk === undefined && unverified !== true) {
    throw invalid(
      "the content hash of a range or of the chunk that holds it, or that it is left unverified",
      "neither",
    );
  }
}

/** @throws ScrimshawError `walrus.get-options-invalid`, `walrus.blob-id-invalid` */
export function checkStreamOptions({ blobId, contentHash, range, size, parts, unverified }: StreamOptions): void {
  blobIdToHex(blobId);
  checkHash(contentHash);
  if (range !== undefined) checkRange(range, size);
  if (parts === undefined && contentHash === undefined && unverified !== true) {
    throw invalid("the content hash of a stream or of its parts, or that it is left unverified", "neither");
  }
  if (parts === undefined) return;
  for (const part of parts) {
    checkHash(part.contentHash);
    if (!Number.isSafeInteger(part.length) || part.length < 1 || part.length > MAX_PART) {
      throw invalid(`parts of 1 to ${MAX_PART} bytes`, `one of ${part.length}`);
    }
  }
  const total = parts.reduce((sum, { length }) => sum + length, 0);
  const wanted = range?.length ?? size;
  if (wanted !== undefined && total !== wanted) throw invalid(`parts of ${wanted} bytes together`, `${total} bytes`);
}
