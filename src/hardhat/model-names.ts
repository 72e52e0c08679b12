import type { ModelRegistry } from "../../typechain/ModelRegistry.ts";
import { isScrimshawError } from "../errors.ts";
import { modelIdOf } from "../models/model-id.ts";
import { findModel } from "../models/records.ts";
import type { Environment } from "./environment.ts";

/** Names of models, `<creator>/<name>`, each asked for once. */
export type ModelNames = (modelId: `0x${string}`) => Promise<string | undefined>;

/** Undefined where the network has no ModelRegistry, for an unknown id, and for a name that is another id's. */
export async function openModelNames(environment: Environment): Promise<ModelNames> {
  let registry: ModelRegistry;
  try {
    registry = await environment.contract("modelRegistry");
  } catch (error) {
    if (isScrimshawError(error) && error.code === "chain.not-deployed") return () => Promise.resolve(undefined);
    throw error;
  }
  const find = async (modelId: `0x${string}`): Promise<string | undefined> => {
    const model = await findModel(registry, modelId);
    return model && modelIdOf(model) === modelId ? `${model.creator}/${model.name}` : undefined;
  };
  const known = new Map<string, Promise<string | undefined>>();
  return (modelId) => {
    const name = known.get(modelId) ?? find(modelId);
    known.set(modelId, name);
    return name;
  };
}
