import { createReadStream } from "node:fs";
import { open } from "node:fs/promises";
import { ReadableStream } from "node:stream/web";
import { headerSizeOf } from "./age-file.ts";
import type { EncryptedBlob } from "./age-file.ts";
import { ciphertextInvalid, identityWrong } from "./errors.ts";
import type { Identities } from "./identities.ts";

const PIECE = 1024 * 1024;

export interface DecryptOptions {
  readonly blob: EncryptedBlob;
  readonly identities: Identities;
}

export interface RequireOpeningOptions extends DecryptOptions {
  readonly header: Uint8Array;
}

/**
 * Makes sure that a blob can be opened.
 * @throws ScrimshawError `models.identity-wrong`, `models.ciphertext-invalid`
 */
export async function requireOpening({ blob, identities, header }: RequireOpeningOptions): Promise<void> {
  const opens = await identities.open(header).catch((error: unknown) => {
    throw ciphertextInvalid(blob.id, error);
  });
  if (!opens) throw identityWrong();
}

/** An error of the disk or of the caller's signal, and not of age. */
function isOurs(error: unknown, signal: AbortSignal | undefined): boolean {
  return signal?.aborted === true || (error instanceof Error && "syscall" in error);
}

/**
 * The plaintext of a file that holds a blob's ciphertext, in order, with little memory. Each piece was checked by age, and the last
 * one says that it is the last.
 * @throws ScrimshawError `models.identity-wrong`, `models.ciphertext-invalid`
 */
export async function* decryptFile(
  options: DecryptOptions & { readonly path: string; readonly signal?: AbortSignal | undefined },
): AsyncGenerator<Uint8Array, void, undefined> {
  const { path, blob, identities, signal } = options;
  // Before a reader of lines is let loose on it: the header ends where the sizes say.
  const header = new Uint8Array(headerSizeOf(blob));
  const handle = await open(path);
  try {
    await handle.read(header, 0, header.length, 0);
  } finally {
    await handle.close();
  }
  await requireOpening({ blob, identities, header });
  try {
    const file = createReadStream(path, { highWaterMark: PIECE, ...(signal && { signal }) });
    for await (const piece of await identities.decrypt(ReadableStream.from<Uint8Array>(file))) yield piece;
  } catch (error) {
    throw isOurs(error, signal) ? error : ciphertextInvalid(blob.id, error);
  }
}
