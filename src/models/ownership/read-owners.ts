import { ZeroAddress } from "ethers";
import type { ModelRegistry } from "../../../typechain/ModelRegistry.ts";
import { callChain } from "../../chain/revert.ts";
import type { ModelReference } from "../reference.ts";
import { resolveModel } from "../resolve.ts";

export interface ReadOwnersOptions {
  readonly registry: ModelRegistry;
  /** Its version does not matter. */
  readonly reference: ModelReference;
}

/** Whose a model is, and who may take it over. */
export interface ModelOwners {
  readonly modelId: `0x${string}`;
  readonly creator: string;
  readonly name: string;
  readonly owner: string;
  readonly pendingOwner: string | undefined;
}

/**
 * Reads whose a model is now.
 * @throws ScrimshawError `models.model-unknown`, errors of the room `chain`
 */
export async function readOwners({ registry, reference }: ReadOwnersOptions): Promise<ModelOwners> {
  const { modelId } = await resolveModel({ registry, reference });
  const { creator, name, owner, pendingOwner } = await callChain({
    what: "read a model",
    interfaces: [registry.interface],
    call: () => registry.model(modelId),
  });
  return { modelId, creator, name, owner, pendingOwner: pendingOwner === ZeroAddress ? undefined : pendingOwner };
}
