import { createHash } from "node:crypto";
import type { ModelRegistry } from "../../typechain/ModelRegistry.ts";
import { encodedSize } from "../walrus/encoding-parameters.ts";
import { Ciphertexts } from "./age/ciphertexts.ts";
import type { Encryption } from "./age/ciphertexts.ts";
import { atOnce } from "./at-once.ts";
import { buildManifest } from "./build-manifest.ts";
import type { Content } from "./cache/content-store.ts";
import { estimateGas } from "./estimate-gas.ts";
import type { EstimatedFee } from "./estimate-gas.ts";
import { encodeManifest } from "./manifest-bytes.ts";
import { contentOf } from "./planned-blob.ts";
import { prepareModel } from "./prepare.ts";
import type { PrepareOptions, PreparedModel } from "./prepare.ts";
import { readPublishState, requireFreeLabel, sameVersion } from "./publish-state.ts";
import type { PublishState } from "./publish-state.ts";
import { accountOf } from "./register.ts";
import { requireTaggable } from "./require-taggable.ts";
import { findStored, reuseTerms } from "./reuse-blob.ts";
import type { ReuseOptions, ReuseTerms } from "./reuse-blob.ts";
import type { StoredModelBlob } from "./store-blobs.ts";

/** Blobs that are looked up at a time. */
const LOOK_UPS = 4;

export interface PreviewPublishOptions extends PrepareOptions, Partial<Omit<ReuseOptions, "ciphertexts">> {
  /** The folder, if `prepareModel` has read it with the same options before. */
  readonly prepared?: PreparedModel;
  /** Connected to the signer that would publish. */
  readonly registry: ModelRegistry;
  /** Whose name the model bears. Default: the signer. */
  readonly creator?: string | undefined;
  /** As `publishModel` would be told. */
  readonly encryption?: Encryption | undefined;
  /** A tag that would be put on the version. */
  readonly tag?: string | undefined;
  /** Shards of the Walrus network; it decides the encoded size. Default 1000. */
  readonly nShards?: number;
}

/** A blob that would be stored; sizes in bytes. */
export interface PreviewedBlob {
  readonly size: number;
  /** Bytes on all shards together, which is what storage is paid for. */
  readonly encodedSize: number;
  /** Where Walrus holds it for long enough already, so that it would not be sent. */
  readonly held: StoredModelBlob | undefined;
}

/** What a publish would store and send. */
export interface PublishPreview {
  readonly modelId: `0x${string}`;
  readonly creator: string;
  readonly name: string;
  readonly label: string | undefined;
  readonly files: readonly { readonly path: string; readonly size: number; readonly sha256: string }[];
  readonly blobs: readonly PreviewedBlob[];
  /** Its size is right but for a digit here and there, unless all blobs are held: Blob IDs, which decide its order, are not computed. */
  readonly manifest: PreviewedBlob;
  /** Sum over the blobs, the manifest among them, that would be sent. */
  readonly encodedSize: number;
  /** The version that has these very bytes already, as far as that is known: then nothing would be published. */
  readonly unchanged: number | undefined;
  /** The version's number if something is published: its bytes may turn out to be those of the newest one. */
  readonly nextVersion: number;
  readonly fee: EstimatedFee;
}

/** Which of the blobs Walrus holds; nothing is known without terms. */
async function lookUp(
  { plan }: PreparedModel,
  { terms, ciphertexts }: { readonly terms: ReuseTerms | undefined; readonly ciphertexts: Ciphertexts | undefined },
  { store, signal }: PreviewPublishOptions,
): Promise<readonly (StoredModelBlob | undefined)[]> {
  const held = new Map<number, StoredModelBlob | undefined>();
  if (terms !== undefined && store !== undefined) {
    await atOnce({
      items: plan.blobs,
      limit: LOOK_UPS,
      signal,
      work: async (blob, { index, signal: stop }) => {
        const content = await contentOf(blob, stop);
        const candidates = ciphertexts ? await ciphertexts.known(content) : [content];
        for (const candidate of candidates) {
          const found = await findStored({ ...terms, content: candidate, store, signal: stop });
          if (found === undefined) continue;
          held.set(index, "age" in candidate ? { ...found, age: candidate.age } : found);
          break;
        }
      },
    });
  }
  return plan.blobs.map((_, index) => held.get(index));
}

/** The size of the manifest whatever the Blob IDs are. */
function manifestSize({ name, metadata, plan }: PreparedModel, ciphertexts: Ciphertexts | undefined): number {
  const stored = plan.blobs.map(({ size }, index) => {
    const raw = Buffer.alloc(32);
    raw.writeUInt32BE(index);
    const hash = raw.toString("hex");
    const blob = { blobId: raw.toString("base64url"), contentHash: `0x${hash}` as const, size };
    return ciphertexts ? { ...blob, age: { header: hash, sha256: hash, size } } : blob;
  });
  const encryption = ciphertexts?.description;
  return Buffer.byteLength(JSON.stringify(buildManifest({ name, metadata, plan, stored, encryption })));
}

/** The manifest's bytes, where all Blob IDs are known. */
function manifestContent(
  { name, metadata, plan }: PreparedModel,
  held: readonly (StoredModelBlob | undefined)[],
  ciphertexts: Ciphertexts | undefined,
): Content | undefined {
  const stored = held.filter((blob) => blob !== undefined);
  if (stored.length < plan.blobs.length) return undefined;
  const bytes = encodeManifest(buildManifest({ name, metadata, plan, stored, encryption: ciphertexts?.description }));
  return { sha256: createHash("sha256").update(bytes).digest("hex"), size: bytes.length };
}

/** The newest version, if it has this manifest. */
function versionWith(state: PublishState, content: Content | undefined, label: string | undefined): number | undefined {
  if (content === undefined || state.newest?.manifest.contentHash !== `0x${content.sha256}`) return undefined;
  return sameVersion(state, state.newest.manifest, label)?.version;
}

/**
 * Reads and checks a folder as `publishModel` does, and says what that would store, pay for and send. Needs the chain, to read it, and
 * Walrus only to learn what it holds already, if `store` and `system` are given.
 * @throws ScrimshawError errors of `prepareModel` and `requireTaggable`, `models.model-unknown`, `models.not-publisher`,
 *   `models.label-taken`, `models.label-too-late`, `models.version-revoked`, errors of the room `chain`
 */
export async function previewPublish(options: PreviewPublishOptions): Promise<PublishPreview> {
  const { registry, nShards = 1000, tag, store } = options;
  const model = options.prepared ?? (await prepareModel(options));
  const { name, label, plan } = model;
  const account = await accountOf(registry);
  const { creator = account } = options;
  const reading = { registry, account, creator, name, label };
  const state = await readPublishState(reading);
  requireFreeLabel(state, label);
  using locks = new DisposableStack();
  const ciphertexts = options.encryption && locks.use(await Ciphertexts.open(options.encryption, options.signal));
  const terms = store && (await reuseTerms(state.newest, { ...options, store, ciphertexts }));
  const held = await lookUp(model, { terms, ciphertexts }, options);
  const content = manifestContent(model, held, ciphertexts);
  const unchanged = versionWith(state, content, label);
  await requireTaggable({ ...reading, tag, version: unchanged });

  const preview = (size: number, found: StoredModelBlob | undefined): PreviewedBlob => ({
    size,
    encodedSize: encodedSize({ size, nShards }),
    held: found,
  });
  const blobs = plan.blobs.map(({ size }, index) => preview(ciphertexts?.sizeOf(size) ?? size, held[index]));
  const heldManifest = content && terms && (await findStored({ ...terms, content, store }));
  const manifest = preview(content?.size ?? manifestSize(model, ciphertexts), heldManifest);
  const sent = [...blobs, manifest].filter((blob) => blob.held === undefined);
  return {
    modelId: state.modelId,
    creator,
    name,
    label,
    files: plan.files.map(({ facts: { path, size, sha256 } }) => ({ path, size, sha256 })),
    blobs,
    manifest,
    encodedSize: sent.reduce((sum, blob) => sum + blob.encodedSize, 0),
    unchanged,
    nextVersion: (state.model?.versionCount ?? 0) + 1,
    fee: await estimateGas({ registry, state, name, label, tag, same: unchanged }),
  };
}
