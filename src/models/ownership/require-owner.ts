import type { ModelRegistry } from "../../../typechain/ModelRegistry.ts";
import { ScrimshawError } from "../../errors.ts";
import { modelIdOf } from "../model-id.ts";
import { findModel } from "../records.ts";

export interface RequireOwnerOptions {
  readonly registry: ModelRegistry;
  readonly account: string;
  readonly creator: string;
  readonly name: string;
  /** What only the owner may do, as in "put a tag on a version". */
  readonly what: string;
}

/**
 * Makes sure, before anything is paid for, that what only the owner may do will not be refused in the end. A name that is not
 * registered yet is going to be its creator's.
 * @throws ScrimshawError `models.not-owner`, errors of the room `chain`
 */
export async function requireOwner({ registry, account, creator, name, what }: RequireOwnerOptions): Promise<void> {
  const model = await findModel(registry, modelIdOf({ creator, name }));
  const owner = model?.owner ?? creator;
  if (owner === account) return;
  throw new ScrimshawError({
    code: "models.not-owner",
    expected: `the owner of ${creator}/${name}, which is ${owner}, to ${what}`,
    found: `the account ${account}`,
    next: "Send from the owner's account (--from), or leave that to the owner.",
  });
}
