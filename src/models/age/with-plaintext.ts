import { constants } from "node:fs";
import { chmod, mkdir, open, rm } from "node:fs/promises";
import { dirname } from "node:path";
import type { BlobStore } from "../../walrus/blob-store.ts";
import type { ModelCache } from "../cache/model-cache.ts";
import { gatherPart, saysWrong } from "../gather-part.ts";
import type { EncryptedBlob } from "./age-file.ts";
import { decryptFile } from "./decrypt-file.ts";
import type { Identities } from "./identities.ts";

export interface WithPlaintextOptions {
  readonly blob: EncryptedBlob;
  readonly identities: Identities;
  readonly store: BlobStore;
  readonly cache: ModelCache;
  readonly signal: AbortSignal;
  /** Called with the bytes that came from Walrus since the last call. */
  readonly onReceived: (bytes: number) => void;
  /** Asked when nobody else works on the blob: false to leave it, since nothing of it is needed any more. */
  readonly isNeeded?: () => Promise<boolean>;
  /** Takes what the blob holds. It need not read to the end. */
  readonly use: (plaintext: AsyncGenerator<Uint8Array, void, undefined>) => Promise<void>;
}

/**
 * Brings the ciphertext of a blob to the disk, going on where an earlier run was stopped, and only when every byte of it is right
 * decrypts it for `use`. The ciphertext is removed when that is done, or found wrong.
 * @throws ScrimshawError `models.part-mismatch`, `models.identity-wrong`, `models.ciphertext-invalid`, errors of the store
 */
export async function withPlaintext(options: WithPlaintextOptions): Promise<void> {
  const { blob, identities, store, cache, signal, onReceived, isNeeded, use } = options;
  const { sha256, size } = blob;
  using locks = new DisposableStack();
  // Not named like the locks and files of plaintexts: a manifest may claim any hash for both.
  locks.use(await cache.lock(`age-${sha256}`, "exclusive", signal));
  if (isNeeded && !(await isNeeded())) return;
  const path = `${cache.pathOfPartial(blob)}.age`;
  await mkdir(dirname(path), { recursive: true });
  await chmod(path, 0o600).catch(() => undefined);
  const handle = await open(path, constants.O_RDWR | constants.O_CREAT | constants.O_NOFOLLOW, 0o600);
  try {
    const have = Math.min((await handle.stat()).size, size);
    await handle.truncate(have);
    const part = { blob: 0, offset: 0, length: size, sha256 };
    await gatherPart({ handle, store, signal, onReceived }, { part, blob, start: 0 }, { have });
    await use(decryptFile({ path, blob, identities, signal }));
    await rm(path, { force: true });
  } catch (error) {
    if (saysWrong(error)) await rm(path, { force: true });
    throw error;
  } finally {
    await handle.close();
  }
}
