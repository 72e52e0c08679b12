import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { pipeline } from "node:stream/promises";
import { isScrimshawError } from "../../errors.ts";
import { headerSizeOf } from "../age/age-file.ts";
import type { EncryptedBlob } from "../age/age-file.ts";
import { ciphertextInvalid, identityMissing } from "../age/errors.ts";
import type { Identities } from "../age/identities.ts";
import type { ModelCheckList } from "./report.ts";

export interface CheckedPlaintextOptions {
  /** Where the ciphertext is. */
  readonly path: string;
  readonly blob: EncryptedBlob;
  readonly identities: Identities | undefined;
  readonly list: ModelCheckList;
  readonly signal?: AbortSignal | undefined;
}

/** The header is what readers check first, before they fetch more. */
async function requireHeader({ path, blob }: CheckedPlaintextOptions): Promise<void> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(path, { end: headerSizeOf(blob) - 1 }), hash);
  if (hash.digest("hex") !== blob.age.header) throw ciphertextInvalid(blob.id, new Error("it has another header"));
}

/**
 * What an age file holds, in order; at its end an answer is added whether it is what the manifest says. Who does not read to the end
 * gets the answer by returning.
 * @throws ScrimshawError `models.identity-missing`, `models.identity-wrong`, `models.ciphertext-invalid`
 */
export async function* checkedPlaintext(options: CheckedPlaintextOptions): AsyncGenerator<Uint8Array, void, undefined> {
  const { blob, identities, list, signal } = options;
  const question = { check: "decrypted", about: blob.id } as const;
  const { decryptFile } = await import("../age/decrypt-file.ts");
  try {
    await requireHeader(options);
    if (identities === undefined) throw identityMissing();
    const hash = createHash("sha256");
    let size = 0;
    for await (const piece of decryptFile({ ...options, identities, signal })) {
      hash.update(piece);
      size += piece.length;
      yield piece;
    }
    const found = hash.digest("hex");
    list.expect(question, found === blob.age.sha256 && size === blob.age.size, {
      passed: `it holds ${String(size)} bytes with SHA-256 ${found}`,
      failed: `it holds ${String(size)} bytes with SHA-256 ${found}, not ${String(blob.age.size)} with ${blob.age.sha256}`,
    });
  } catch (error) {
    if (!isScrimshawError(error)) throw error;
    const isWrong = error.code === "models.ciphertext-invalid";
    list.add({ ...question, status: isWrong ? "failed" : "not-checked", detail: `${error.code}: ${error.found}` });
    throw error;
  }
}
