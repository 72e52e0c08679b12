import type { ModelRegistry } from "../../typechain/ModelRegistry.ts";
import { encodedSize } from "../walrus/encoding-parameters.ts";
import { buildManifest } from "./build-manifest.ts";
import { prepareModel } from "./prepare.ts";
import type { PrepareOptions, PreparedModel } from "./prepare.ts";
import { readPublishState } from "./publish-state.ts";
import { accountOf } from "./register.ts";

export interface PreviewPublishOptions extends PrepareOptions {
  /** Connected to the signer that would publish. */
  readonly registry: ModelRegistry;
  /** Whose name the model bears. Default: the signer. */
  readonly creator?: string | undefined;
  /** Shards of the Walrus network; it decides the encoded size. Default 1000. */
  readonly nShards?: number;
}

/** A blob that would be stored; sizes in bytes. */
export interface PreviewedBlob {
  readonly size: number;
  /** Bytes on all shards together, which is what storage is paid for. */
  readonly encodedSize: number;
}

/** What a publish would store and send. */
export interface PublishPreview {
  readonly modelId: `0x${string}`;
  readonly creator: string;
  readonly name: string;
  readonly label: string | undefined;
  readonly files: readonly { readonly path: string; readonly size: number; readonly sha256: string }[];
  readonly blobs: readonly PreviewedBlob[];
  /** Its size is right but for a digit here and there: Blob IDs, which decide its order, are not computed. */
  readonly manifest: PreviewedBlob;
  /** Sum over blobs and manifest. */
  readonly encodedSize: number;
  /** The version's number, unless the newest version has these very bytes: then nothing would be sent. */
  readonly nextVersion: number;
  readonly transactions: readonly ("register" | "publish")[];
}

function manifestSize({ name, metadata, plan }: PreparedModel): number {
  const stored = plan.blobs.map(({ size }, index) => {
    const raw = Buffer.alloc(32);
    raw.writeUInt32BE(index);
    return { blobId: raw.toString("base64url"), contentHash: `0x${raw.toString("hex")}` as const, size };
  });
  return Buffer.byteLength(JSON.stringify(buildManifest({ name, metadata, plan, stored })));
}

/**
 * Reads and checks a folder as `publishModel` does, and says what that would store and send. Needs the chain, to read it, but
 * no Walrus.
 * @throws ScrimshawError errors of `prepareModel`, `models.model-unknown`, `models.not-publisher`, errors of the room `chain`
 */
export async function previewPublish(options: PreviewPublishOptions): Promise<PublishPreview> {
  const { registry, nShards = 1000 } = options;
  const model = await prepareModel(options);
  const { name, label, plan } = model;
  const account = await accountOf(registry);
  const { creator = account } = options;
  const state = await readPublishState({ registry, account, creator, name, label });
  const preview = (size: number): PreviewedBlob => ({ size, encodedSize: encodedSize({ size, nShards }) });
  const blobs = plan.blobs.map(({ size }) => preview(size));
  const manifest = preview(manifestSize(model));
  return {
    modelId: state.modelId,
    creator,
    name,
    label,
    files: plan.files.map(({ facts: { path, size, sha256 } }) => ({ path, size, sha256 })),
    blobs,
    manifest,
    encodedSize: blobs.reduce((sum, blob) => sum + blob.encodedSize, manifest.encodedSize),
    nextVersion: (state.model?.versionCount ?? 0) + 1,
    transactions: state.model ? ["publish"] : ["register", "publish"],
  };
}
