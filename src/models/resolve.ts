import type { ModelRegistry } from "../../typechain/ModelRegistry.ts";
import { ScrimshawError } from "../errors.ts";
import { modelIdOf } from "./model-id.ts";
import { isLabel, isTag } from "./names.ts";
import { MOST_SEARCHED, newestVersion } from "./newest-version.ts";
import { findModel, findVersion } from "./records.ts";
import type { ModelRecord, VersionRecord } from "./records.ts";
import type { ModelReference } from "./reference.ts";
import { versionOf } from "./version-of.ts";

export interface ResolveOptions {
  readonly reference: ModelReference;
  readonly registry: ModelRegistry;
  readonly signal?: AbortSignal | undefined;
}

/** A reference as the chain answers it now. */
export interface ResolvedVersion {
  readonly model: ModelRecord;
  readonly version: VersionRecord;
}

function unknownVersion(reference: ModelReference, expected: string, found: string): ScrimshawError {
  const { creator, name } = reference;
  return new ScrimshawError({
    code: "models.version-unknown",
    expected,
    found,
    next: `List what exists with \`npx hardhat model show ${creator}/${name}\`.`,
  });
}

/**
 * The model of a reference.
 * @throws ScrimshawError `models.model-unknown`, errors of the room `chain`
 */
export async function resolveModel({ reference, registry }: ResolveOptions): Promise<ModelRecord> {
  const model = await findModel(registry, modelIdOf(reference));
  if (model) return model;
  throw new ScrimshawError({
    code: "models.model-unknown",
    expected: `the model ${reference.creator}/${reference.name} in the registry`,
    found: "no such model",
    next: "Check creator, name and network; `npx hardhat model list` shows what exists.",
  });
}

async function newestActive(
  { reference, registry, signal }: ResolveOptions,
  model: ModelRecord,
): Promise<VersionRecord> {
  const newest = await newestVersion({ registry, model, status: "active", signal });
  if (newest) return newest;
  const searched = Math.min(model.versionCount, MOST_SEARCHED);
  const found =
    searched === 0
      ? "a model without versions"
      : searched === 1
        ? "one version, which is deprecated or revoked"
        : `its newest ${String(searched)} versions, which are deprecated or revoked`;
  throw unknownVersion(reference, "an active version", found);
}

async function versionOfName({ reference, registry }: ResolveOptions, modelId: string, name: string): Promise<number> {
  const tagged = isTag(name) ? await versionOf("tag", { registry, modelId, text: name }) : undefined;
  const found = tagged ?? (isLabel(name) ? await versionOf("label", { registry, modelId, text: name }) : undefined);
  if (found !== undefined) return found;
  throw unknownVersion(reference, `a tag or label ${name}`, "neither");
}

/**
 * Looks a reference up on chain: a number, else a tag, else a label; without any the newest active version. Deprecated and
 * revoked versions are given back when they were asked for by name: see `requireUsable`.
 * @throws ScrimshawError `models.model-unknown`, `models.version-unknown`, errors of the room `chain`
 */
export async function resolveVersion(options: ResolveOptions): Promise<ResolvedVersion> {
  const { reference, registry } = options;
  const model = await resolveModel(options);
  const { selector } = reference;
  if (selector.kind === "newest") return { model, version: await newestActive(options, model) };
  const number =
    selector.kind === "number" ? selector.version : await versionOfName(options, model.modelId, selector.name);
  const version = await findVersion(registry, model.modelId, number);
  if (version) return { model, version };
  throw unknownVersion(reference, `version ${String(number)}`, `versions up to ${String(model.versionCount)}`);
}
