import type { ModelRegistry } from "../../../typechain/ModelRegistry.ts";
import { ScrimshawError } from "../../errors.ts";
import type { ModelReference } from "../reference.ts";
import { accountOf } from "../register.ts";
import { sendChange } from "../send-change.ts";
import type { ChangeOptions } from "../send-change.ts";
import type { OwnersChange } from "./offer-model.ts";
import { readOwners } from "./read-owners.ts";

export interface AcceptModelOptions extends ChangeOptions {
  /** Connected to the signer that takes the model. */
  readonly registry: ModelRegistry;
  readonly reference: ModelReference;
}

/**
 * Takes a model over that is offered to the signer. It begins without publishers; name and id stay with the creator.
 * @throws ScrimshawError `models.model-unknown`, `models.not-offered`, errors of the room `chain`
 */
export async function acceptModel(options: AcceptModelOptions): Promise<OwnersChange> {
  const { registry, reference, signal, onSent } = options;
  const account = await accountOf(registry);
  const owners = await readOwners({ registry, reference });
  const { modelId, creator, name, owner, pendingOwner } = owners;
  if (pendingOwner !== account) {
    if (owner === account) return { ...owners, transaction: undefined };
    throw new ScrimshawError({
      code: "models.not-offered",
      expected: `an offer of ${creator}/${name} to ${account}`,
      found: pendingOwner === undefined ? "none to anybody" : `one to ${pendingOwner}`,
      next: `Have its owner ${owner} run \`npx hardhat model transfer ${creator}/${name} --to ${account}\`, or accept from another account (--from).`,
    });
  }
  const { transaction } = await sendChange({
    kind: "accept",
    what: "take a model over",
    send: () => registry.acceptModel(modelId),
    ...{ signal, onSent },
  });
  return { ...owners, owner: account, pendingOwner: undefined, transaction };
}
