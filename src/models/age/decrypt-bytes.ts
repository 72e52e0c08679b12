import { ReadableStream } from "node:stream/web";
import { headerSizeOf } from "./age-file.ts";
import { requireOpening } from "./decrypt-file.ts";
import type { DecryptOptions } from "./decrypt-file.ts";
import { ciphertextInvalid } from "./errors.ts";

/**
 * What the ciphertext of a blob holds, in memory. Its hash is the manifest's; that of the plaintext is left to the caller.
 * @throws ScrimshawError `models.identity-wrong`, `models.ciphertext-invalid`
 */
export async function decryptBytes({
  ciphertext,
  blob,
  identities,
}: DecryptOptions & { readonly ciphertext: Uint8Array }): Promise<Uint8Array> {
  await requireOpening({ blob, identities, header: ciphertext.subarray(0, headerSizeOf(blob)) });
  const plaintext = new Uint8Array(blob.age.size);
  let size = 0;
  try {
    for await (const piece of await identities.decrypt(ReadableStream.from([ciphertext]))) {
      plaintext.set(piece, size);
      size += piece.length;
    }
  } catch (error) {
    throw ciphertextInvalid(blob.id, error);
  }
  if (size !== blob.age.size) throw ciphertextInvalid(blob.id, new Error(`it holds ${String(size)} bytes`));
  return plaintext;
}
