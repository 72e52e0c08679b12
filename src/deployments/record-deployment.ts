import { basename, dirname } from "node:path";
import { mkdir } from "node:fs/promises";
import {
  type ChainDeployment,
  type DeployedContract,
  type DeployedName,
  type Deployments,
  deploymentsSchema,
  parseDeployments,
  readDeployments,
} from "../chain/deployments-file.ts";
import { writeFileAtomic } from "../walrus/atomic-file.ts";

export interface RecordOptions {
  /** Path of `deployments.json`. */
  readonly file: string;
  readonly chainId: bigint;
  readonly network: string;
  readonly commit: string | undefined;
  readonly name: DeployedName;
  readonly contract: DeployedContract;
}

/** A chain's deployment with one contract more, or in another's place. */
function withContract(
  known: ChainDeployment | undefined,
  { network, commit, name, contract }: RecordOptions,
): ChainDeployment {
  const contracts = { ...known?.contracts, [name]: contract };
  const blocks = Object.values(contracts).map((one) => (typeof one === "string" ? 0 : one.block));
  return { network, ...(commit !== undefined && { commit }), block: Math.min(...blocks), contracts };
}

/**
 * Puts a contract on record in `deployments.json`, whole or not at all. Other chains' entries stay as they are.
 * @throws ScrimshawError `chain.deployment-invalid` if the file is not one
 */
export async function recordDeployment(options: RecordOptions): Promise<void> {
  const { file, chainId } = options;
  const all = await readDeployments(file);
  const key = chainId.toString();
  const next: Deployments = { ...all, [key]: withContract(all[key], options) };
  parseDeployments(deploymentsSchema, basename(file), next);
  await mkdir(dirname(file), { recursive: true });
  await writeFileAtomic({ path: file, data: `${JSON.stringify(next, null, 2)}\n` });
}
