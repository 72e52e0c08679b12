import { createHash } from "node:crypto";
import { ScrimshawError } from "../errors.ts";
import { confirmStored } from "../walrus/confirm-stored.ts";
import type { Confirmation } from "../walrus/confirm-stored.ts";
import type { BlobStore, StoredBlob } from "../walrus/blob-store.ts";
import type { PublishPlan } from "./plan.ts";
import { readPlannedBlob } from "./planned-blob.ts";

interface StoreOptions {
  readonly store: BlobStore;
  readonly epochs?: number;
  /** How blobs of more than 64 MiB are confirmed. Default `status`; see `confirmStored`. */
  readonly confirm?: Confirmation;
  readonly signal?: AbortSignal;
}

function notStored(what: string, expected: string, found: string): ScrimshawError {
  return new ScrimshawError({
    code: "models.blob-not-stored",
    expected: `${expected} for ${what}`,
    found,
    next: "Nothing was registered. Run the command again; if it stays, use another publisher.",
  });
}

/**
 * Stores bytes and checks what came of it: the same content hash and size, and a blob that can be read.
 * @throws ScrimshawError `models.blob-not-stored`, `walrus.blob-not-confirmed`, errors of the store
 */
export async function storeChecked(
  options: StoreOptions & { readonly bytes: Uint8Array; readonly what: string },
): Promise<StoredBlob> {
  const { store, epochs, confirm, signal, bytes, what } = options;
  const abort = signal ? { signal } : {};
  const stored = await store.put({ bytes, ...(epochs !== undefined && { epochs }), ...abort });
  const contentHash = `0x${createHash("sha256").update(bytes).digest("hex")}`;
  if (stored.contentHash !== contentHash || stored.size !== bytes.length) {
    throw notStored(what, `${String(bytes.length)} bytes with SHA-256 ${contentHash}`, "a reference to other bytes");
  }
  await confirmStored({ store, blob: stored, what, ...(confirm && { confirm }), ...abort });
  return stored;
}

/**
 * Stores the blobs of a plan one after the other, holding one in memory at a time.
 * @returns in the plan's order
 * @throws ScrimshawError `models.blob-not-stored`, `walrus.blob-not-confirmed`, `models.folder-changed`, errors of the store
 */
export async function storeBlobs(
  options: StoreOptions & {
    readonly plan: PublishPlan;
    readonly onStored?: (index: number, blob: StoredBlob) => void;
  },
): Promise<readonly StoredBlob[]> {
  const stored: StoredBlob[] = [];
  for (const [index, blob] of options.plan.blobs.entries()) {
    options.signal?.throwIfAborted();
    const bytes = await readPlannedBlob(blob, options.signal);
    const done = await storeChecked({
      ...options,
      bytes,
      what: `blob ${String(index + 1)} of ${String(options.plan.blobs.length)}`,
    });
    stored.push(done);
    options.onStored?.(index, done);
  }
  return stored;
}
