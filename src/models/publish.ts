import type { ModelRegistry } from "../../typechain/ModelRegistry.ts";
import { awaitPending } from "../chain/await-pending.ts";
import { isScrimshawError } from "../errors.ts";
import type { Confirmation } from "../walrus/confirm-stored.ts";
import type { BlobReference, StoredBlob } from "../walrus/blob-store.ts";
import { Ciphertexts } from "./age/ciphertexts.ts";
import type { Encryption } from "./age/ciphertexts.ts";
import { buildManifest } from "./build-manifest.ts";
import { blobsHashOf, encodeManifest } from "./manifest-bytes.ts";
import type { Manifest } from "./manifest.ts";
import { prepareModel } from "./prepare.ts";
import type { HashProgress, PreparedModel, PrepareOptions } from "./prepare.ts";
import { readPublishState, requireFreeLabel, sameVersion } from "./publish-state.ts";
import type { PublishState } from "./publish-state.ts";
import type { VersionRecord } from "./records.ts";
import { accountOf, registerModel } from "./register.ts";
import type { SentTransaction } from "./register.ts";
import { requireTaggable } from "./require-taggable.ts";
import { reuseTerms } from "./reuse-blob.ts";
import type { ReuseOptions } from "./reuse-blob.ts";
import { sendRelease } from "./send-release.ts";
import { storeBlobs, storeChecked } from "./store-blobs.ts";
import type { PlacedBlob, StoredModelBlob } from "./store-blobs.ts";
import type { StoreProgress } from "./store-tally.ts";

/** Steps of `publishModel`, in this order; `hash`, and `store` among the blobs, come again and again. */
export type PublishProgress =
  | ({ readonly kind: "hash" } & HashProgress)
  | { readonly kind: "prepared"; readonly model: PreparedModel }
  | ({ readonly kind: "store" } & StoreProgress)
  | ({ readonly kind: "blob"; readonly index: number; readonly count: number } & PlacedBlob)
  | ({ readonly kind: "manifest" } & PlacedBlob)
  /** Transactions of the account are on their way, which have to be mined first. */
  | { readonly kind: "pending"; readonly transactions: number }
  | { readonly kind: "transaction"; readonly what: "register" | "publish"; readonly hash: string };

/** Where and as what to publish, besides what `PrepareOptions` say of the folder. */
export interface PublishModelOptions extends Omit<PrepareOptions, "onHashed">, Omit<ReuseOptions, "ciphertexts"> {
  /** The folder, if `prepareModel` has read it with the same options before. What was changed since is noticed. */
  readonly prepared?: PreparedModel;
  /** Connected to the signer that publishes. */
  readonly registry: ModelRegistry;
  /** Whose name the model bears, where the signer owns it now or may publish it. Default: the signer. */
  readonly creator?: string | undefined;
  /** A tag that is going to be put on the version: whether that is possible is asked before anything is paid for. */
  readonly tag?: string;
  /** How blobs of more than 64 MiB are confirmed before anything is registered. Default `status`; see `confirmStored`. */
  readonly confirm?: Confirmation;
  /** Encrypts everything but names, sizes, hashes and metadata. */
  readonly encryption?: Encryption | undefined;
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
  readonly blobs: readonly StoredModelBlob[];
  readonly blobsHash: `0x${string}`;
  /** The first end epoch of all blobs, as the publisher said. */
  readonly endEpoch: number;
  /** In the order of sending; none when unchanged. */
  readonly transactions: readonly SentTransaction[];
}

interface Stored {
  readonly manifest: Manifest;
  readonly manifestBlob: StoredBlob;
  readonly blobs: readonly StoredModelBlob[];
}

async function storeModel(model: PreparedModel, state: PublishState, options: PublishModelOptions): Promise<Stored> {
  const { store, epochs, confirm, signal, onProgress } = options;
  using locks = new DisposableStack();
  const ciphertexts = options.encryption && locks.use(await Ciphertexts.open(options.encryption, signal));
  const reuse = await reuseTerms(state.newest, { ...options, ciphertexts });
  const terms = { ...(epochs !== undefined && { epochs }), ...(confirm && { confirm }), ...(reuse && { reuse }) };
  const put = { store, ...terms, ...(signal && { signal }) };
  const { name, metadata, plan } = model;
  const count = plan.blobs.length;
  const blobs = await storeBlobs({
    ...put,
    ...{ plan, ciphertexts },
    onProgress: (event) => onProgress?.({ kind: "store", ...event }),
    onStored: (index, placed) => onProgress?.({ kind: "blob", index, count, ...placed }),
  });
  const manifest = buildManifest({ name, metadata, plan, stored: blobs, encryption: ciphertexts?.description });
  const placed = await storeChecked({ ...put, bytes: encodeManifest(manifest), what: "the manifest" });
  onProgress?.({ kind: "manifest", ...placed });
  return { manifest, manifestBlob: placed.blob, blobs };
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

/** What a version consists of, and where its bytes are stored. */
export type StoredRelease = Omit<PublishedModel, "outcome" | "version" | "transactions">;

/** A release whose bytes are stored, before anything is sent. */
export interface ReadyRelease {
  readonly release: StoredRelease;
  readonly state: PublishState;
  /** The newest version, if it has these very bytes. */
  readonly same: VersionRecord | undefined;
}

/**
 * The first half of `publishModel`: reads, checks and stores a folder, and sends nothing. The registry may be one that only reads.
 * @param options `account` is who is going to publish
 * @throws ScrimshawError as `publishModel`, but none of sending
 */
export async function storeRelease(options: PublishModelOptions & { readonly account: string }): Promise<ReadyRelease> {
  const { registry, account, creator = account, tag, prepared, signal, onProgress } = options;
  const onHashed: PrepareOptions["onHashed"] = (event) => onProgress?.({ kind: "hash", ...event });
  const model = prepared ?? (await prepareModel({ ...options, onHashed }));
  onProgress?.({ kind: "prepared", model });
  const { name, label } = model;
  const reading = { registry, account, creator, name, label };
  // Asked before the upload too, so that who may not publish pays for nothing.
  const before = await readPublishState(reading);
  requireFreeLabel(before, label);
  await requireTaggable({ ...reading, tag, version: before.newest?.version });
  const { manifest, manifestBlob, blobs } = await storeModel(model, before, options);
  // A run before this one may have been stopped while its transactions were on the way.
  const provider = registry.runner?.provider;
  const onWaiting = (transactions: number): void => onProgress?.({ kind: "pending", transactions });
  if (provider) await awaitPending({ provider, account, signal, onWaiting });
  const state = await readPublishState(reading);
  const endEpoch = Math.min(manifestBlob.endEpoch, ...blobs.map((blob) => blob.endEpoch));
  const { blobId, contentHash, size } = manifestBlob;
  const manifestReference = { blobId, contentHash, size };
  const release = {
    ...{ modelId: state.modelId, creator, name, label },
    ...{ manifest, manifestReference, blobs, blobsHash: blobsHashOf(manifest), endEpoch },
  };
  const same = sameVersion(state, manifestReference, label);
  if (same === undefined) await requireTaggable({ ...reading, tag, version: undefined });
  return { release, state, same };
}

/**
 * Publishes a folder as the next version of a model that the registry's signer may publish. First everything is read and checked, then the
 * blobs and the manifest are stored, unless Walrus holds them for long enough, and read back, then the name is registered if it is new, and last the
 * version. Run again with the same bytes it finds the version that exists and sends nothing.
 * @throws ScrimshawError errors of `prepareModel` and of the store, `models.blob-not-stored`, `walrus.blob-not-confirmed`,
 *   `models.model-unknown`, `models.not-publisher`, `models.label-taken`, `models.label-too-late`, `models.version-revoked`, errors of
 *   `requireTaggable` and of the room `chain`
 * @example
 * const { version } = await publishModel({ folder: "examples/iris/model", registry: registry.connect(signer), store });
 */
export async function publishModel(options: PublishModelOptions): Promise<PublishedModel> {
  const { registry, signal, onProgress } = options;
  const account = await accountOf(registry);
  const { release, state, same } = await storeRelease({ ...options, account });
  const { creator, name, label, manifestReference } = release;
  if (same) return { ...release, outcome: "unchanged", version: same.version, transactions: [] };
  const registered = await registerIfNew(state, name, options);
  try {
    const { version, transaction } = await sendRelease({
      ...release,
      registry,
      ...(signal && { signal }),
      onSent: (hash) => onProgress?.({ kind: "transaction", what: "publish", hash }),
    });
    return { ...release, outcome: "published", version, transactions: [...registered, transaction] };
  } catch (error) {
    // A run before this one may have been stopped while its transaction was on the way; then it was mined first.
    if (!isScrimshawError(error) || error.code !== "chain.reverted") throw error;
    const now = await readPublishState({ registry, account, creator, name, label });
    const version = sameVersion(now, manifestReference, label);
    if (!version) throw error;
    return { ...release, outcome: "unchanged", version: version.version, transactions: registered };
  }
}
