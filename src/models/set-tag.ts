import type { ModelRegistry } from "../../typechain/ModelRegistry.ts";
import { requireTag } from "./names.ts";
import type { ModelReference } from "./reference.ts";
import type { SentTransaction } from "./register.ts";
import { requireUsable } from "./require-usable.ts";
import { resolveModel, resolveVersion } from "./resolve.ts";
import { sendChange } from "./send-change.ts";
import { versionOf } from "./version-of.ts";

export interface SetTagOptions {
  /** Connected to the signer that owns the model. */
  readonly registry: ModelRegistry;
  /** The model, and the version that the tag shall name. */
  readonly reference: ModelReference;
  readonly tag: string;
  /** Take the tag away instead; the reference's version does not matter then. */
  readonly remove?: boolean;
  readonly signal?: AbortSignal;
  readonly onSent?: (hash: string) => void;
}

/** Where a tag stands now, and where it stood. */
export interface TagChange {
  readonly modelId: `0x${string}`;
  readonly tag: string;
  /** 0: the tag names no version any more. */
  readonly version: number;
  /** What it named before; 0 for none. */
  readonly before: number;
  /** Undefined if the tag was like this already. */
  readonly transaction: SentTransaction | undefined;
}

/**
 * Moves a tag to a version, or takes it away.
 * @throws ScrimshawError `models.tag-invalid`, `models.version-revoked`, errors of `resolveVersion` and of the room `chain`
 */
export async function setTag(options: SetTagOptions): Promise<TagChange> {
  const { registry, reference, tag, remove = false, signal, onSent } = options;
  requireTag(tag);
  const model = await resolveModel(options);
  let version = 0;
  if (!remove) {
    const resolved = await resolveVersion(options);
    requireUsable(resolved, reference);
    version = resolved.version.version;
  }
  const { modelId } = model;
  const before = (await versionOf("tag", { registry, modelId, text: tag })) ?? 0;
  if (before === version) return { modelId, tag, version, before, transaction: undefined };
  const { transaction } = await sendChange({
    kind: "tag",
    what: remove ? `take the tag ${tag} away` : `put the tag ${tag} on version ${String(version)}`,
    send: () => registry.setTag(modelId, tag, version),
    ...{ signal, onSent },
  });
  return { modelId, tag, version, before, transaction };
}
