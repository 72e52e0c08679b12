import type { ModelRegistry } from "../../typechain/ModelRegistry.ts";
import { ScrimshawError } from "../errors.ts";
import { modelIdOf } from "./model-id.ts";
import { requireTag } from "./names.ts";
import { requireOwner } from "./ownership/require-owner.ts";
import { versionOf } from "./version-of.ts";

export interface RequireTaggableOptions {
  readonly registry: ModelRegistry;
  /** Who publishes. */
  readonly account: string;
  readonly creator: string;
  readonly name: string;
  /** Undefined if none is wanted. */
  readonly tag: string | undefined;
  /** A version that exists and may be the one to be tagged. */
  readonly version: number | undefined;
}

/**
 * Makes sure, before anything is paid for, that a tag can be put on the version that is going to be published.
 * @throws ScrimshawError `models.tag-invalid`, `models.not-owner`, `models.tag-taken` if the tag is another version's label, errors of
 *   the room `chain`
 */
export async function requireTaggable(options: RequireTaggableOptions): Promise<void> {
  const { registry, account, creator, name, tag, version } = options;
  if (tag === undefined) return;
  requireTag(tag);
  await requireOwner({ registry, account, creator, name, what: "put a tag on a version" });
  const labelled = await versionOf("label", { registry, modelId: modelIdOf({ creator, name }), text: tag });
  if (labelled === undefined || labelled === version) return;
  throw new ScrimshawError({
    code: "models.tag-taken",
    expected: `the tag ${tag} to be no version's label: a tag must not shadow one`,
    found: `version ${String(labelled)}, which has it for good`,
    next: "Choose another tag with --tag.",
  });
}
