import type { BlobStore } from "../../walrus/blob-store.ts";
import type { Manifest, ManifestFile } from "../manifest.ts";
import { headerSizeOf } from "./age-file.ts";
import { requireOpening } from "./decrypt-file.ts";
import { identityMissing } from "./errors.ts";
import type { Identities } from "./identities.ts";

export interface RequireIdentityOptions {
  readonly manifest: Manifest;
  /** Files that are to be fetched. */
  readonly missing: readonly ManifestFile[];
  readonly identities: Identities | undefined;
  readonly store: BlobStore;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Makes sure that an identity opens what is to be fetched of a private model, before it is fetched: reads one header, of a blob that
 * is needed anyway.
 * @throws ScrimshawError `models.identity-missing`, `models.identity-wrong`, `models.ciphertext-invalid`, errors of the store
 */
export async function requireIdentity(options: RequireIdentityOptions): Promise<void> {
  const { manifest, missing, identities, store, signal } = options;
  const [part] = missing.flatMap(({ parts }) => parts);
  const blob = part && manifest.blobs[part.blob];
  if (blob?.age === undefined) return;
  if (identities === undefined) throw identityMissing();
  const encrypted = { ...blob, age: blob.age };
  const range = { offset: 0, length: headerSizeOf(encrypted) };
  const contentHash = `0x${blob.age.header}` as const;
  const read = { blobId: blob.id, size: blob.size, range, contentHash, ...(signal && { signal }) };
  await requireOpening({ blob: encrypted, identities, header: await store.get(read) });
}
