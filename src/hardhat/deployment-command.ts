import { getAddress, isAddress, ZeroAddress } from "ethers";
import { type ChainDeployment, DEPLOYED_NAMES, type DeployedName, readDeployments } from "../chain/deployments-file.ts";
import { DEFAULT_MAX_DELAY, type DeploymentParameters } from "../deployments/blueprint.ts";
import type { DeploymentPlan } from "../deployments/plan-deployment.ts";
import { ScrimshawError } from "../errors.ts";
import type { ScrimshawConfig } from "./config.ts";
import { describeGasCost } from "./describe-gas-cost.ts";
import { isDevelopmentChain } from "./is-local.ts";

/** The names of `--only`; undefined if it was not given. @throws ScrimshawError `deployment.unknown-contract` */
export function parseNames(only: string | undefined): DeployedName[] | undefined {
  return only?.split(",").map((part) => {
    const name = DEPLOYED_NAMES.find((known) => known === part.trim());
    if (name !== undefined) return name;
    throw new ScrimshawError({
      code: "deployment.unknown-contract",
      expected: `names with commas between, of ${DEPLOYED_NAMES.join(", ")}`,
      found: JSON.stringify(part.slice(0, 80)),
      next: "Correct --only.",
    });
  });
}

/** What a deployment would create and cost, for people. */
export function describePlan({ contracts, ...cost }: DeploymentPlan): string[] {
  const lines = contracts.map(({ name, address, exists, gas: needed }) => {
    const fate = exists ? "there already" : `to create, about ${String(needed)} gas`;
    return `${name.padEnd(26)}${address}  ${fate}`;
  });
  return [...lines, `gas                       ${describeGasCost(cost)}`];
}

/**
 * What the contracts are created with. Who decides over attesters must be said, but on a development chain it may be the sending account.
 * @throws ScrimshawError `deployment.no-admin`, `deployment.delay-invalid`
 */
export function chooseParameters({
  admin,
  maxDelay,
  chainId,
  from,
}: {
  readonly admin: string | undefined;
  /** Undefined for the default. */
  readonly maxDelay: number | undefined;
  readonly chainId: bigint;
  readonly from: string;
}): DeploymentParameters {
  if (maxDelay !== undefined && !(maxDelay > 0 && Number.isSafeInteger(maxDelay))) {
    throw new ScrimshawError({
      code: "deployment.delay-invalid",
      expected: "a whole number of seconds above 0, below 2^53",
      found: String(maxDelay),
      next: "Correct --max-delay.",
    });
  }
  const chosen = admin ?? (isDevelopmentChain(chainId) ? from : "");
  const valid: boolean = isAddress(chosen);
  if (!valid || chosen === ZeroAddress) {
    throw new ScrimshawError({
      code: "deployment.no-admin",
      expected: "the address of the account that decides who may attest",
      found: admin === undefined ? "none" : JSON.stringify(admin.slice(0, 80)),
      next: "Give it with --admin or in Ignition's parameters file: a multisig in earnest, your own account for a trial.",
    });
  }
  return { admin: getAddress(chosen), maxDelay: maxDelay === undefined ? DEFAULT_MAX_DELAY : BigInt(maxDelay) };
}

/** What is on record at other addresses than a plan gives, for example because another account is to be the admin. */
export function replacedBy(
  { contracts }: DeploymentPlan,
  onRecord: ChainDeployment["contracts"],
): readonly { readonly name: DeployedName; readonly address: string }[] {
  return contracts.flatMap(({ name, address }) => {
    const known = onRecord[name];
    const old = typeof known === "string" ? known : known?.address;
    return old === undefined || getAddress(old) === getAddress(address) ? [] : [{ name, address: old }];
  });
}

/** Where deployments to a chain are put on record. */
export function recordFile({ deployments, localDeployments }: ScrimshawConfig, chainId: bigint): string {
  return isDevelopmentChain(chainId) ? localDeployments : deployments;
}

/** What is on record for a chain. @throws ScrimshawError `deployment.not-on-record`, `chain.deployment-invalid` */
export async function requireRecord({
  config,
  chainId,
  networkName,
}: {
  readonly config: ScrimshawConfig;
  readonly chainId: bigint;
  readonly networkName: string;
}): Promise<ChainDeployment> {
  const file = recordFile(config, chainId);
  const record = (await readDeployments(file))[chainId.toString()];
  if (record !== undefined) return record;
  throw new ScrimshawError({
    code: "deployment.not-on-record",
    expected: `an entry for the chain with id ${chainId.toString()} in ${file}`,
    found: "none",
    next:
      `Create the contracts: npx hardhat deployment create --network ${networkName}` +
      (isDevelopmentChain(chainId) ? " (those of `npx hardhat dev`, which it prints, are not on this record)" : ""),
  });
}
