import type { ContractRunner, Signer } from "ethers";
import type { ModelRegistry } from "../../typechain/ModelRegistry.ts";
import { isScrimshawError, ScrimshawError } from "../errors.ts";
import { modelIdOf } from "./model-id.ts";
import { requireModelName } from "./names.ts";
import { findModel } from "./records.ts";
import { sendChange } from "./send-change.ts";

/** A mined transaction. */
export interface SentTransaction {
  readonly what: "register" | "publish" | "tag" | "offer" | "accept" | "publisher" | "status" | "renew" | "document";
  readonly hash: string;
  readonly gasUsed: bigint;
  readonly blockNumber: number;
}

export interface RegisterModelOptions {
  /** Connected to the signer that becomes creator and owner. */
  readonly registry: ModelRegistry;
  readonly name: string;
  readonly signal?: AbortSignal;
  readonly onSent?: (hash: string) => void;
}

/** A model's name in the registry. */
export interface RegisteredModel {
  readonly modelId: `0x${string}`;
  readonly creator: string;
  readonly name: string;
  /** Undefined if the name was registered before. */
  readonly transaction: SentTransaction | undefined;
}

function isSigner(runner: ContractRunner | null): runner is Signer {
  return runner !== null && "getAddress" in runner;
}

/**
 * The account that a contract sends from.
 * @throws ScrimshawError `chain.no-account`
 */
export async function accountOf(registry: ModelRegistry): Promise<string> {
  const { runner } = registry;
  if (isSigner(runner)) return runner.getAddress();
  throw new ScrimshawError({
    code: "chain.no-account",
    expected: "a registry connected to a signer",
    found: "one that can only read",
    next: "Pass registry.connect(signer).",
  });
}

/**
 * Registers a model's name under the signer. A name that the signer has already is left as it is.
 * @throws ScrimshawError `models.name-invalid`, errors of the room `chain`
 */
export async function registerModel({
  registry,
  name,
  signal,
  onSent,
}: RegisterModelOptions): Promise<RegisteredModel> {
  requireModelName(name);
  const creator = await accountOf(registry);
  const modelId = modelIdOf({ creator, name });
  if (await findModel(registry, modelId)) return { modelId, creator, name, transaction: undefined };
  try {
    const { transaction } = await sendChange({
      kind: "register",
      what: `register the model ${name}`,
      send: () => registry.register(name),
      ...{ signal, onSent },
    });
    return { modelId, creator, name, transaction };
  } catch (error) {
    // Another run of the same account may have been faster.
    if (!isScrimshawError(error) || error.code !== "chain.reverted") throw error;
    if (!(await findModel(registry, modelId))) throw error;
    return { modelId, creator, name, transaction: undefined };
  }
}
