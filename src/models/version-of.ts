import type { ModelRegistry } from "../../typechain/ModelRegistry.ts";
import { callChain } from "../chain/revert.ts";

/**
 * The version that a tag or a label names now, if any.
 * @throws ScrimshawError errors of the room `chain`
 */
export async function versionOf(
  kind: "tag" | "label",
  { registry, modelId, text }: { readonly registry: ModelRegistry; readonly modelId: string; readonly text: string },
): Promise<number | undefined> {
  const version = await callChain({
    what: `look a ${kind} up`,
    interfaces: [registry.interface],
    call: () => (kind === "tag" ? registry.versionOfTag(modelId, text) : registry.versionOfLabel(modelId, text)),
  });
  return version > 0n ? Number(version) : undefined;
}
