import { createHash } from "node:crypto";
import { ScrimshawError } from "../errors.ts";
import { confirmStored } from "../walrus/confirm-stored.ts";
import type { Confirmation } from "../walrus/confirm-stored.ts";
import type { BlobProgress, BlobStore, PutOptions, StoredBlob } from "../walrus/blob-store.ts";
import { atOnce } from "./at-once.ts";
import type { Ciphertexts } from "./age/ciphertexts.ts";
import { placeEncrypted } from "./age/place-encrypted.ts";
import type { BlobAge } from "./manifest.ts";
import type { PublishPlan } from "./plan.ts";
import { contentOf, putPlannedBlob } from "./planned-blob.ts";
import { findStored } from "./reuse-blob.ts";
import type { ReuseTerms, StorableContent } from "./reuse-blob.ts";
import { StoreTally } from "./store-tally.ts";
import type { StoreProgress } from "./store-tally.ts";

/** Blobs under way at a time. Each of 256 MiB takes about 450 MiB in the encoder and next to nothing here. */
const WORKERS = 2;

export interface StoreOptions {
  readonly store: BlobStore;
  readonly epochs?: number;
  /** How blobs of more than 64 MiB are confirmed. Default `status`; see `confirmStored`. */
  readonly confirm?: Confirmation;
  /** Undefined where nobody knows the current epoch: then everything is sent. */
  readonly reuse?: ReuseTerms | undefined;
  readonly signal?: AbortSignal;
}

/** A stored blob; of a private model it is an age file. */
export type StoredModelBlob = StoredBlob & { readonly age?: BlobAge };

/** A blob that is on Walrus now. */
export interface PlacedBlob {
  readonly blob: StoredModelBlob;
  /** False if it was there for long enough already. */
  readonly sent: boolean;
}

function notStored(what: string, expected: string, found: string): ScrimshawError {
  return new ScrimshawError({
    code: "models.blob-not-stored",
    expected: `${expected} for ${what}`,
    found,
    next: "Nothing was registered. Run the command again; if it stays, use another publisher.",
  });
}

type Terms = Pick<PutOptions, "epochs" | "signal" | "onProgress">;

interface Placing extends StorableContent {
  readonly put: (terms: Terms) => Promise<StoredBlob>;
  readonly what: string;
}

/** Makes sure that Walrus holds bytes, which are read only if they have to be sent, and that they can be read from it. */
async function place(options: StoreOptions, placing: Placing): Promise<PlacedBlob> {
  const { sha256, size, put, what } = placing;
  const { store, epochs, confirm, reuse, signal } = options;
  const abort = signal ? { signal } : {};
  const confirming = { store, what, ...(confirm && { confirm }), ...abort };
  const there = reuse && (await findStored({ ...reuse, content: placing, store, ...abort }));
  if (there !== undefined) {
    await confirmStored({ ...confirming, blob: there });
    return { blob: there, sent: false };
  }
  const blob = await put({ ...(epochs !== undefined && { epochs }), ...abort });
  if (blob.contentHash !== `0x${sha256}` || blob.size !== size) {
    throw notStored(what, `${String(size)} bytes with SHA-256 ${sha256}`, "a reference to other bytes");
  }
  await confirmStored({ ...confirming, blob });
  await reuse?.known.remember(blob);
  return { blob, sent: true };
}

/**
 * Stores bytes and checks what came of it: the same content hash and size, and a blob that can be read.
 * @throws ScrimshawError `models.blob-not-stored`, `walrus.blob-not-confirmed`, errors of the store
 */
export function storeChecked(
  options: StoreOptions & { readonly bytes: Uint8Array; readonly what: string },
): Promise<PlacedBlob> {
  const { bytes, what, store } = options;
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  return place(options, { sha256, size: bytes.length, put: (terms) => store.put({ bytes, ...terms }), what });
}

/**
 * Stores the blobs of a plan that Walrus does not hold yet, two at a time, straight from the folder's files: the largest first, so that the last
 * ones are done at about the same time.
 * @returns in the plan's order
 * @throws ScrimshawError `models.blob-not-stored`, `walrus.blob-not-confirmed`, `models.folder-changed`, errors of the store
 */
export async function storeBlobs(
  options: StoreOptions & {
    readonly plan: PublishPlan;
    /** For a private model. */
    readonly ciphertexts?: Ciphertexts | undefined;
    readonly onStored?: (index: number, placed: PlacedBlob) => void;
    readonly onProgress?: (event: StoreProgress) => void;
  },
): Promise<readonly StoredModelBlob[]> {
  const { plan, store, ciphertexts, signal, onStored, onProgress } = options;
  const stored = new Map<number, StoredModelBlob>();
  const tally = new StoreTally({ total: plan.blobs.reduce((sum, { size }) => sum + size, 0), onProgress });
  await atOnce({
    items: [...plan.blobs.entries()].sort(([, a], [, b]) => b.size - a.size),
    limit: WORKERS,
    signal,
    work: async ([index, planned], { signal: stop }) => {
      const what = `blob ${String(index + 1)} of ${String(plan.blobs.length)}`;
      const content = await contentOf(planned, stop);
      const heard = (event: BlobProgress): void => tally.heard(index, event);
      const placing = (placing: Omit<Placing, "what">): Promise<PlacedBlob> => {
        const put = (terms: Terms): Promise<StoredBlob> => placing.put({ ...terms, onProgress: heard });
        return place({ ...options, signal: stop }, { ...placing, put, what });
      };
      const put = (terms: Terms): Promise<StoredBlob> =>
        putPlannedBlob(planned, { store, terms, sha256: content.sha256 });
      const placed = ciphertexts
        ? await placeEncrypted({ ciphertexts, planned, plaintext: content, store, signal: stop, place: placing })
        : await placing({ ...content, put });
      stored.set(index, placed.blob);
      tally.placed(index, { size: content.size, sent: placed.sent });
      onStored?.(index, placed);
    },
  });
  return [...stored].sort(([a], [b]) => a - b).map(([, blob]) => blob);
}
