import { isScrimshawError } from "../../errors.ts";
import type { BlobStore, PutOptions, StoredBlob } from "../../walrus/blob-store.ts";
import type { Content } from "../cache/content-store.ts";
import type { PlannedBlob } from "../plan.ts";
import type { BlobAge } from "../manifest.ts";
import type { StorableContent } from "../reuse-blob.ts";
import type { Ciphertexts } from "./ciphertexts.ts";

/** Says that Walrus does not hold the bytes, and not that they are not to be had just now. */
const GONE = new Set(["walrus.blob-not-found", "walrus.blob-marked-invalid"]);

type Terms = Pick<PutOptions, "epochs" | "signal" | "onProgress">;

export interface PlaceEncryptedOptions<Placed> {
  readonly ciphertexts: Ciphertexts;
  readonly planned: PlannedBlob;
  /** Of the planned blob. */
  readonly plaintext: Content;
  readonly store: BlobStore;
  readonly signal: AbortSignal;
  /** Makes sure that Walrus holds bytes; `put` is called if it does not for long enough. */
  readonly place: (
    placing: StorableContent & { readonly put: (terms: Terms) => Promise<StoredBlob> },
  ) => Promise<Placed>;
}

/**
 * Makes sure that Walrus holds an age file of a planned blob: one that it holds already, the same one stored again for longer, one that
 * a run before has left, or a new one, in this order. So bytes that stay the same keep their age file, and their place in manifests.
 * @throws ScrimshawError `models.folder-changed`, `models.folder-unreadable`, errors of `place` and of the store
 */
export async function placeEncrypted<Placed extends { readonly blob: StoredBlob }>(
  options: PlaceEncryptedOptions<Placed>,
): Promise<Placed & { readonly blob: StoredBlob & { readonly age: BlobAge } }> {
  const { ciphertexts, planned, plaintext, store, signal, place } = options;
  for (const known of await ciphertexts.known(plaintext)) {
    try {
      const put = async (terms: Terms): Promise<StoredBlob> =>
        store.put({ ...terms, path: await ciphertexts.bring(known, store, signal) });
      const placed = await place({ ...known, put });
      await ciphertexts.stored({ ...known, blobId: placed.blob.blobId });
      return { ...placed, blob: { ...placed.blob, age: known.age } };
    } catch (error) {
      if (!isScrimshawError(error) || !GONE.has(error.code)) throw error;
    }
  }
  const made = await ciphertexts.encrypt(planned, plaintext, signal);
  const placed = await place({ ...made, put: (terms) => store.put({ ...terms, path: made.path }) });
  await ciphertexts.stored({ ...made, blobId: placed.blob.blobId });
  return { ...placed, blob: { ...placed.blob, age: made.age } };
}
