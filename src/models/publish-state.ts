import type { ModelRegistry } from "../../typechain/ModelRegistry.ts";
import { callChain } from "../chain/revert.ts";
import { ScrimshawError } from "../errors.ts";
import type { BlobReference } from "../walrus/blob-store.ts";
import { modelIdOf } from "./model-id.ts";
import { isTag } from "./names.ts";
import { findModel, findVersion } from "./records.ts";
import type { ModelRecord, VersionRecord } from "./records.ts";
import { versionOf } from "./version-of.ts";

export interface PublishStateOptions {
  readonly registry: ModelRegistry;
  /** Who publishes. */
  readonly account: string;
  /** Whose name the model bears. Default: the account. */
  readonly creator?: string | undefined;
  readonly name: string;
  readonly label: string | undefined;
}

/** What the registry holds before a publish. */
export interface PublishState {
  readonly modelId: `0x${string}`;
  /** Undefined if the name is still to be registered. */
  readonly model: ModelRecord | undefined;
  readonly newest: VersionRecord | undefined;
  /** The version that has the wanted label, if any has. */
  readonly labelled: number | undefined;
  /** The version that has the wanted label as a tag, if any has: the registry lets no label be shadowed by a tag. */
  readonly tagged: number | undefined;
}

/** Only its creator can register a name. */
function requireOwnName({ account, creator = account, name }: PublishStateOptions): void {
  if (creator === account) return;
  throw new ScrimshawError({
    code: "models.model-unknown",
    expected: `the model ${creator}/${name} in the registry`,
    found: "no such model",
    next: `Have ${creator} register it with \`npx hardhat model register ${name}\`, or publish under a name of your own.`,
  });
}

/** @throws ScrimshawError `models.not-publisher`, errors of the room `chain` */
export async function requirePublisher(
  model: ModelRecord,
  { registry, account }: Pick<PublishStateOptions, "registry" | "account">,
): Promise<void> {
  const { modelId, owner, creator, name } = model;
  if (owner === account) return;
  const allowed = await callChain({
    what: "ask who may publish",
    interfaces: [registry.interface],
    call: () => registry.mayPublish(modelId, account),
  });
  if (allowed) return;
  throw new ScrimshawError({
    code: "models.not-publisher",
    expected: `the owner of ${creator}/${name}, which is ${owner}, or somebody whom it lets publish`,
    found: `the account ${account}`,
    next: `Have the owner run \`npx hardhat model publisher add ${creator}/${name} ${account}\`, choose another account with --from, or another name.`,
  });
}

/**
 * Reads what decides about a publish.
 * @throws ScrimshawError `models.model-unknown`, `models.not-publisher`, errors of the room `chain`
 */
export async function readPublishState(options: PublishStateOptions): Promise<PublishState> {
  const { registry, account, creator = account, name, label } = options;
  const modelId = modelIdOf({ creator, name });
  const model = await findModel(registry, modelId);
  if (!model) {
    requireOwnName(options);
    return { modelId, model, newest: undefined, labelled: undefined, tagged: undefined };
  }
  await requirePublisher(model, options);
  const newest = model.versionCount > 0 ? await findVersion(registry, modelId, model.versionCount) : undefined;
  const labelled = label === undefined ? undefined : await versionOf("label", { registry, modelId, text: label });
  const tagged =
    label === undefined || !isTag(label) ? undefined : await versionOf("tag", { registry, modelId, text: label });
  return { modelId, model, newest, labelled, tagged };
}

function labelTaken(label: string, found: string): ScrimshawError {
  return new ScrimshawError({
    code: "models.label-taken",
    expected: `the label ${label} to be free: a version keeps its label for good`,
    found,
    next: "Choose another label with --label.",
  });
}

/**
 * Refuses a label that an older version has, or that is a tag, whatever the bytes are.
 * @throws ScrimshawError `models.label-taken`
 */
export function requireFreeLabel({ newest, labelled, tagged }: PublishState, label: string | undefined): void {
  if (label === undefined || (labelled !== undefined && labelled === newest?.version)) return;
  if (labelled !== undefined) throw labelTaken(label, `version ${String(labelled)} with it`);
  if (tagged !== undefined) throw labelTaken(label, `a tag of that name on version ${String(tagged)}`);
}

/**
 * The version that a publish of these bytes would repeat, if it is the newest one.
 * @throws ScrimshawError `models.label-taken` if the wanted label belongs to another version, `models.version-revoked`,
 *   `models.label-too-late` if the bytes are published already without that label
 */
export function sameVersion(
  state: PublishState,
  manifest: BlobReference,
  label: string | undefined,
): VersionRecord | undefined {
  const { newest, labelled } = state;
  const same = newest?.manifest.blobId === manifest.blobId && newest.manifest.contentHash === manifest.contentHash;
  if (!same) {
    if (label !== undefined && labelled !== undefined) throw labelTaken(label, `version ${String(labelled)} with it`);
    return undefined;
  }
  if (newest.status === "revoked") {
    throw new ScrimshawError({
      code: "models.version-revoked",
      expected: "bytes that were not revoked",
      found: `the very bytes of version ${String(newest.version)}, which is revoked for good`,
      next: "Change what was wrong with them and publish again.",
    });
  }
  if (label === undefined || labelled === newest.version) return newest;
  if (labelled !== undefined) throw labelTaken(label, `version ${String(labelled)} with it`);
  throw new ScrimshawError({
    code: "models.label-too-late",
    expected: `a new version for the label ${label}`,
    found: `these bytes published as version ${String(newest.version)} without it`,
    next: "Leave the label out, and put a tag on that version: `npx hardhat model tag <reference> <tag>`.",
  });
}
