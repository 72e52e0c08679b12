import { ZeroAddress } from "ethers";
import type { ModelRegistry } from "../../../typechain/ModelRegistry.ts";
import { ScrimshawError } from "../../errors.ts";
import { formatReference } from "../reference.ts";
import type { ModelReference } from "../reference.ts";
import type { SentTransaction } from "../register.ts";
import { sendChange } from "../send-change.ts";
import type { ChangeOptions } from "../send-change.ts";
import { readOwners } from "./read-owners.ts";
import type { ModelOwners } from "./read-owners.ts";

export interface OfferModelOptions extends ChangeOptions {
  /** Connected to the signer that owns the model. */
  readonly registry: ModelRegistry;
  /** Its version does not matter: a model changes hands with all of them. */
  readonly reference: ModelReference;
  /** Who may take it; undefined takes an offer back. */
  readonly to: string | undefined;
}

/** A model's owners after a change. */
export interface OwnersChange extends ModelOwners {
  /** Undefined if everything was like this already. */
  readonly transaction: SentTransaction | undefined;
}

/**
 * Offers a model to an account, in place of any offer before it, or takes an offer back. Nothing changes hands until that account
 * accepts: see `acceptModel`.
 * @throws ScrimshawError `models.model-unknown`, `models.owner-already`, errors of the room `chain`
 */
export async function offerModel(options: OfferModelOptions): Promise<OwnersChange> {
  const { registry, reference, to, signal, onSent } = options;
  const owners = await readOwners({ registry, reference });
  const { modelId, owner, pendingOwner } = owners;
  if (to === owner) {
    throw new ScrimshawError({
      code: "models.owner-already",
      expected: "another account than the owner",
      found: `${owner}, whose ${formatReference({ ...reference, selector: { kind: "newest" } })} is already`,
      next: "Name the account that shall own it with --to.",
    });
  }
  if (to === pendingOwner) return { ...owners, transaction: undefined };
  const { transaction } = await sendChange({
    kind: "offer",
    what: to === undefined ? "take the offer of a model back" : `offer a model to ${to}`,
    send: () => registry.offerModel(modelId, to ?? ZeroAddress),
    ...{ signal, onSent },
  });
  return { ...owners, pendingOwner: to, transaction };
}
