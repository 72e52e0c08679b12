import { createHash } from "node:crypto";
import { open, rename, rm } from "node:fs/promises";
import { ReadableStream } from "node:stream/web";
import { incompleteName } from "../cache/content-store.ts";
import type { Content } from "../cache/content-store.ts";
import { hashOfFile } from "../cache/hash-of-file.ts";
import type { BlobAge } from "../manifest.ts";
import type { PlannedBlob } from "../plan.ts";
import { readPlannedBlob } from "../planned-blob.ts";
import type { Recipients } from "./recipients.ts";

export interface DescribeCiphertextOptions {
  readonly path: string;
  readonly plaintext: Content;
  readonly headerSize: number;
  readonly signal?: AbortSignal;
}

export interface DescribedCiphertext extends Content {
  readonly age: BlobAge;
}

/** Hash, size and header of an age file on this machine. */
export async function describeCiphertext(options: DescribeCiphertextOptions): Promise<DescribedCiphertext> {
  const { path, plaintext, headerSize, signal } = options;
  const handle = await open(path);
  try {
    const header = Buffer.alloc(headerSize);
    await handle.read(header, 0, headerSize, 0);
    const { size } = await handle.stat();
    const age = {
      header: createHash("sha256").update(header).digest("hex"),
      sha256: plaintext.sha256,
      size: plaintext.size,
    };
    return { sha256: await hashOfFile(path, signal), size, age };
  } finally {
    await handle.close();
  }
}

export interface EncryptBlobOptions {
  readonly planned: PlannedBlob;
  /** Of the planned blob. */
  readonly plaintext: Content;
  readonly recipients: Recipients;
  /** Where the age file belongs, by its SHA-256. */
  readonly pathOf: (sha256: string) => string;
  readonly signal?: AbortSignal;
}

/**
 * Encrypts a planned blob straight from the folder's files into a file, with little memory. The file has its name only when it is
 * complete, and is of the very bytes that were planned.
 * @throws ScrimshawError `models.folder-changed`, `models.folder-unreadable`
 */
export async function encryptBlob(
  options: EncryptBlobOptions,
): Promise<DescribedCiphertext & { readonly path: string }> {
  const { planned, plaintext, recipients, pathOf, signal } = options;
  const incomplete = incompleteName(pathOf("0".repeat(64)));
  const handle = await open(incomplete, "wx", 0o600);
  try {
    const pieces = readPlannedBlob(planned, signal);
    for await (const piece of await recipients.encrypt(ReadableStream.from(pieces))) await handle.writeFile(piece);
    await handle.sync();
    await handle.close();
    const { headerSize } = recipients;
    const described = await describeCiphertext({ path: incomplete, plaintext, headerSize, ...(signal && { signal }) });
    const path = pathOf(described.sha256);
    await rename(incomplete, path);
    return { ...described, path };
  } catch (error) {
    await handle.close();
    await rm(incomplete, { force: true });
    throw error;
  }
}
