import type { ModelRegistry } from "../../typechain/ModelRegistry.ts";
import { isScrimshawError } from "../errors.ts";
import type { Confirmation } from "../walrus/confirm-stored.ts";
import type { BlobReference, BlobStore, StoredBlob } from "../walrus/blob-store.ts";
import { buildManifest } from "./build-manifest.ts";
import { blobsHashOf, encodeManifest } from "./manifest-bytes.ts";
import type { Manifest } from "./manifest.ts";
import { prepareModel } from "./prepare.ts";
import type { PreparedModel, PrepareOptions } from "./prepare.ts";
import { readPublishState, requireFreeLabel, sameVersion } from "./publish-state.ts";
import type { PublishState } from "./publish-state.ts";
import { accountOf, registerModel } from "./register.ts";
import type { SentTransaction } from "./register.ts";
import { sendRelease } from "./send-release.ts";
import { storeBlobs, storeChecked } from "./store-blobs.ts";

/** Steps of `publishModel`, in this order; `hash` comes again and again with the bytes read since the last one. */
export type PublishProgress =
  | { readonly kind: "hash"; readonly path: string; readonly bytes: number }
  | { readonly kind: "prepared"; readonly model: PreparedModel }
  | { readonly kind: "blob"; readonly index: number; readonly count: number; readonly blob: StoredBlob }
  | { readonly kind: "manifest"; readonly blob: StoredBlob }
  | { readonly kind: "transaction"; readonly what: "register" | "publish"; readonly hash: string };

/** Where and as what to publish, besides what `PrepareOptions` say of the folder. */
export interface PublishModelOptions extends Omit<PrepareOptions, "onHashed"> {
  /** Connected to the signer that publishes. */
  readonly registry: ModelRegistry;
  readonly store: BlobStore;
  /** Walrus epochs to pay for; default: the store's. */
  readonly epochs?: number;
  /** How blobs of more than 64 MiB are confirmed before anything is registered. Default `status`; see `confirmStored`. */
  readonly confirm?: Confirmation;
  readonly onProgress?: (event: PublishProgress) => void;
}

/** A version that exists on chain now, and whose bytes are stored. */
export interface PublishedModel {
  /** `unchanged`: the newest version had these bytes already, and nothing was sent. */
  readonly outcome: "published" | "unchanged";
  readonly modelId: `0x${string}`;
  readonly creator: string;
  readonly name: string;
  readonly version: number;
  readonly label: string | undefined;
  readonly manifest: Manifest;
  readonly manifestReference: BlobReference;
  readonly blobs: readonly StoredBlob[];
  readonly blobsHash: `0x${string}`;
  /** The first end epoch of all blobs, as the publisher said. */
  readonly endEpoch: number;
  /** In the order of sending; none when unchanged. */
  readonly transactions: readonly SentTransaction[];
}

interface Stored {
  readonly manifest: Manifest;
  readonly manifestBlob: StoredBlob;
  readonly blobs: readonly StoredBlob[];
}

async function storeModel(model: PreparedModel, options: PublishModelOptions): Promise<Stored> {
  const { store, epochs, confirm, signal, onProgress } = options;
  const terms = { ...(epochs !== undefined && { epochs }), ...(confirm && { confirm }) };
  const put = { store, ...terms, ...(signal && { signal }) };
  const { name, metadata, plan } = model;
  const count = plan.blobs.length;
  const blobs = await storeBlobs({
    ...put,
    plan,
    onStored: (index, blob) => onProgress?.({ kind: "blob", index, count, blob }),
  });
  const manifest = buildManifest({ name, metadata, plan, stored: blobs });
  const manifestBlob = await storeChecked({ ...put, bytes: encodeManifest(manifest), what: "the manifest" });
  onProgress?.({ kind: "manifest", blob: manifestBlob });
  return { manifest, manifestBlob, blobs };
}

async function registerIfNew(
  state: PublishState,
  name: string,
  options: PublishModelOptions,
): Promise<readonly SentTransaction[]> {
  if (state.model) return [];
  const { registry, signal, onProgress } = options;
  const { transaction } = await registerModel({
    registry,
    name,
    ...(signal && { signal }),
    onSent: (hash) => onProgress?.({ kind: "transaction", what: "register", hash }),
  });
  return transaction ? [transaction] : [];
}

/**
 * Publishes a folder as the next version of a model of the registry's signer. First everything is read and checked, then the
 * blobs and the manifest are stored and their certificates looked at, then the name is registered if it is new, and last the
 * version. Run again with the same bytes it finds the version that exists and sends nothing.
 * @throws ScrimshawError errors of `prepareModel` and of the store, `models.blob-not-stored`, `walrus.blob-not-confirmed`,
 *   `models.not-owner`, `models.label-taken`, `models.label-too-late`, `models.version-revoked`, errors of the room `chain`
 * @example
 * const { version } = await publishModel({ folder: "examples/iris/model", registry: registry.connect(signer), store });
 */
export async function publishModel(options: PublishModelOptions): Promise<PublishedModel> {
  const { registry, signal, onProgress } = options;
  const model = await prepareModel({ ...options, onHashed: (event) => onProgress?.({ kind: "hash", ...event }) });
  onProgress?.({ kind: "prepared", model });
  const account = await accountOf(registry);
  const { name, label } = model;
  // Asked before the upload too, so that who may not publish pays for nothing.
  requireFreeLabel(await readPublishState({ registry, account, name, label }), label);
  const stored = await storeModel(model, options);
  const { manifest, manifestBlob, blobs } = stored;
  const state = await readPublishState({ registry, account, name, label });
  const endEpoch = Math.min(manifestBlob.endEpoch, ...blobs.map((blob) => blob.endEpoch));
  const { blobId, contentHash, size } = manifestBlob;
  const manifestReference = { blobId, contentHash, size };
  const result = {
    ...{ modelId: state.modelId, creator: account, name, label },
    ...{ manifest, manifestReference, blobs, blobsHash: blobsHashOf(manifest), endEpoch },
  };

  const same = sameVersion(state, manifestReference, label);
  if (same) return { ...result, outcome: "unchanged", version: same.version, transactions: [] };
  const registered = await registerIfNew(state, name, options);
  try {
    const { version, transaction } = await sendRelease({
      ...{ registry, name, modelId: state.modelId, label, manifestReference, blobsHash: result.blobsHash, endEpoch },
      ...(signal && { signal }),
      onSent: (hash) => onProgress?.({ kind: "transaction", what: "publish", hash }),
    });
    return { ...result, outcome: "published", version, transactions: [...registered, transaction] };
  } catch (error) {
    // A run before this one may have been stopped while its transaction was on the way; then it was mined first.
    if (!isScrimshawError(error) || error.code !== "chain.reverted") throw error;
    const now = await readPublishState({ registry, account, name, label });
    const version = sameVersion(now, manifestReference, label);
    if (!version) throw error;
    return { ...result, outcome: "unchanged", version: version.version, transactions: registered };
  }
}
