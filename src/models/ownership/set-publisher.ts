import type { ModelRegistry } from "../../../typechain/ModelRegistry.ts";
import { callChain } from "../../chain/revert.ts";
import { ScrimshawError } from "../../errors.ts";
import type { ModelReference } from "../reference.ts";
import type { SentTransaction } from "../register.ts";
import { sendChange } from "../send-change.ts";
import type { ChangeOptions } from "../send-change.ts";
import { readOwners } from "./read-owners.ts";

export interface SetPublisherOptions extends ChangeOptions {
  /** Connected to the signer that owns the model. */
  readonly registry: ModelRegistry;
  /** Its version does not matter. */
  readonly reference: ModelReference;
  readonly account: string;
  readonly allowed: boolean;
}

/** Whether an account may publish a model now. */
export interface PublisherChange {
  readonly modelId: `0x${string}`;
  readonly account: string;
  readonly allowed: boolean;
  /** Undefined if it was like this already. */
  readonly transaction: SentTransaction | undefined;
}

/**
 * Lets an account publish and renew a model, and nothing else, or no longer.
 * @throws ScrimshawError `models.model-unknown`, `models.owner-already`, errors of the room `chain`
 */
export async function setPublisher(options: SetPublisherOptions): Promise<PublisherChange> {
  const { registry, reference, account, allowed, signal, onSent } = options;
  const { modelId, owner } = await readOwners({ registry, reference });
  if (account === owner) {
    throw new ScrimshawError({
      code: "models.owner-already",
      expected: "another account than the owner, who may publish whatever is said here",
      found: account,
      next: "Name another account.",
    });
  }
  const may = await callChain({
    what: "ask who may publish",
    interfaces: [registry.interface],
    call: () => registry.mayPublish(modelId, account),
  });
  if (may === allowed) return { modelId, account, allowed, transaction: undefined };
  const { transaction } = await sendChange({
    kind: "publisher",
    what: allowed ? `let ${account} publish` : `no longer let ${account} publish`,
    send: () => registry.setPublisher(modelId, account, allowed),
    ...{ signal, onSent },
  });
  return { modelId, account, allowed, transaction };
}
