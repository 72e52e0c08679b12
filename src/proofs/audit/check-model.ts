import { isScrimshawError } from "../../errors.ts";
import { requireManifestOf } from "../../models/fetch-manifest.ts";
import { MAX_MANIFEST } from "../../models/limits.ts";
import { decodeManifest } from "../../models/manifest-bytes.ts";
import type { Manifest } from "../../models/manifest.ts";
import { findModel, findVersion } from "../../models/records.ts";
import type { ResolvedVersion } from "../../models/resolve.ts";
import { blobIdToHex } from "../../walrus/blob-id.ts";
import type { Hex, Statement } from "../statement.ts";
import type { BlobIdChecks } from "./blob-id-checks.ts";
import type { Audit } from "./context.ts";
import { fetchBytes } from "./fetch-bytes.ts";
import type { CheckList } from "./report.ts";

/** What the audit learned of one model version; shared by all its proofs. */
export interface AuditedModel {
  readonly manifestHash: Hex;
  /** Undefined where it could not be read. */
  readonly manifest: Manifest | undefined;
}

/** Looks up and checks each model version once, however many proofs speak of it. */
export class ModelChecks {
  readonly #audit: Audit;
  readonly #blobIds: BlobIdChecks;
  readonly #known = new Map<string, Promise<AuditedModel | undefined>>();

  constructor(audit: Audit, blobIds: BlobIdChecks) {
    this.#audit = audit;
    this.#blobIds = blobIds;
  }

  /** Compares the statement with the registered version; the version's own checks are added when it is first met. */
  async check({
    statement,
    proofId,
    list,
  }: {
    readonly statement: Statement;
    readonly proofId: Hex;
    /** Where the answer about the proof goes. */
    readonly list: CheckList;
  }): Promise<Manifest | undefined> {
    const { modelId, modelVersion, manifestHash } = statement;
    const key = `${modelId}@${modelVersion}`;
    const known = this.#known.get(key) ?? this.#inspect(statement);
    this.#known.set(key, known);
    const model = await known;
    const holds = list.expect(model?.manifestHash === manifestHash, {
      check: "model-version",
      proofId,
      passed: `version ${modelVersion} of model ${modelId} is registered with manifest ${manifestHash}`,
      failed:
        model === undefined
          ? `version ${modelVersion} of model ${modelId} is not registered`
          : `the statement names manifest ${manifestHash}, the registry ${model.manifestHash}`,
    });
    return holds ? model?.manifest : undefined;
  }

  async #inspect({ modelId, modelVersion }: Statement): Promise<AuditedModel | undefined> {
    const { modelRegistry, list } = this.#audit;
    const model = await findModel(modelRegistry, modelId);
    const version = model === undefined ? undefined : await findVersion(modelRegistry, modelId, modelVersion);
    if (model === undefined || version === undefined) return undefined;
    const { contentHash: manifestHash, size } = version.manifest;
    const blob = { blobId: blobIdToHex(version.manifest.blobId), contentHash: manifestHash, size: BigInt(size) };
    if (size > MAX_MANIFEST) {
      const detail = `the registry names a manifest of ${size} bytes; none may have more than ${MAX_MANIFEST}`;
      list.add({ check: "manifest", status: "failed", detail });
      return { manifestHash, manifest: undefined };
    }
    const fetched = await fetchBytes(this.#audit, blob, (reason) => list.notChecked("manifest", reason));
    if (fetched === undefined) return { manifestHash, manifest: undefined };
    await this.#blobIds.add({ check: "manifest-blob-id", bytes: fetched.bytes, blobId: blob.blobId });
    const read = fetched.hashHolds
      ? readManifest(fetched.bytes, { model, version })
      : `bytes of another hash than ${manifestHash}`;
    const problem = typeof read === "string" ? read : undefined;
    const { status } = version;
    list.expect(problem === undefined && status !== "revoked", {
      check: "manifest",
      passed: `manifest ${manifestHash} of ${model.name} version ${modelVersion} (${status}) names the registered blobs`,
      failed: problem ?? `version ${modelVersion} of model ${modelId} is revoked`,
    });
    return { manifestHash, manifest: typeof read === "string" ? undefined : read };
  }
}

function readManifest(bytes: Uint8Array, resolved: ResolvedVersion): Manifest | string {
  try {
    const manifest = decodeManifest(bytes);
    requireManifestOf(resolved, manifest);
    return manifest;
  } catch (error) {
    if (!isScrimshawError(error)) throw error;
    return `${error.code}: ${error.found}`;
  }
}
