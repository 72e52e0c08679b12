import type { VerifyContractArgs } from "@nomicfoundation/hardhat-verify/verify";
import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import { addressOf, type ChainDeployment, DEPLOYED_NAMES, type DeployedName } from "../chain/deployments-file.ts";
import { contractOf } from "../deployments/blueprint.ts";
import { isScrimshawError, ScrimshawError } from "../errors.ts";
import { boundedText } from "../chain/revert.ts";
import { isDevelopmentChain } from "./is-local.ts";
import { withLogsOnStderr } from "./logs-on-stderr.ts";

export type VerificationProvider = NonNullable<VerifyContractArgs["provider"]>;

export interface VerifySourcesOptions {
  readonly hre: HardhatRuntimeEnvironment;
  readonly network: string;
  readonly record: ChainDeployment;
  readonly provider: VerificationProvider;
  readonly only: readonly DeployedName[] | undefined;
  readonly signal: AbortSignal;
  readonly progress: (line: string) => void;
}

export interface VerifiedSource {
  readonly name: DeployedName;
  readonly address: string;
  readonly outcome: "verified" | "failed" | "not published here";
  readonly why: string | undefined;
}

/** OpenZeppelin's own, whose source is no part of this project. */
const FOREIGN: readonly DeployedName[] = ["accessManager"];

/** Has an explorer compile the sources of each contract on record and compare, by Hardhat's own plugin. Goes on after a failure. */
export async function verifySources(options: VerifySourcesOptions): Promise<VerifiedSource[]> {
  const { record, only = DEPLOYED_NAMES, signal, progress } = options;
  const results: VerifiedSource[] = [];
  for (const name of only) {
    const contract = record.contracts[name];
    if (contract === undefined) continue;
    signal.throwIfAborted();
    progress(`verifying ${name}`);
    const address = addressOf(contract);
    if (FOREIGN.includes(name)) {
      results.push({
        name,
        address,
        outcome: "not published here",
        why: "OpenZeppelin's; its bytecode is the published one",
      });
      continue;
    }
    const constructorArgs = typeof contract === "string" ? [] : [...contract.arguments];
    const creationTxHash = typeof contract === "string" ? undefined : contract.transaction;
    const failure = await verify(options, {
      ...{ address, constructorArgs, contract: contractOf(name), provider: options.provider },
      ...(creationTxHash !== undefined && { creationTxHash }),
    });
    results.push({ name, address, outcome: failure === undefined ? "verified" : "failed", why: failure });
  }
  return results;
}

/** Undefined if it went well, else why not. */
async function verify({ hre, network }: VerifySourcesOptions, args: VerifyContractArgs): Promise<string | undefined> {
  const { verifyContract } = await import("@nomicfoundation/hardhat-verify/verify");
  // The plugin asks the default network, which need not be the one that this command is for.
  const there = Object.create(hre, {
    network: { value: { ...hre.network, create: () => hre.network.create(network) } },
  }) as HardhatRuntimeEnvironment;
  try {
    await withLogsOnStderr(() => verifyContract(args, there));
    return undefined;
  } catch (error) {
    if (isScrimshawError(error)) throw error;
    return boundedText(error, 600);
  }
}

/**
 * Sources can be published only where an explorer sees the chain, and from where they are.
 * @throws ScrimshawError `deployment.no-explorer`, `deployment.no-sources`
 */
export async function requirePublishable({
  hre,
  chainId,
}: {
  readonly hre: HardhatRuntimeEnvironment;
  readonly chainId: bigint;
}): Promise<void> {
  if (isDevelopmentChain(chainId)) {
    throw new ScrimshawError({
      code: "deployment.no-explorer",
      expected: "a chain that an explorer of sources sees",
      found: `a development chain, with the chain id ${chainId.toString()}`,
      next: "Choose another network with --network.",
    });
  }
  if (await hre.artifacts.artifactExists(contractOf("modelRegistry"))) return;
  throw new ScrimshawError({
    code: "deployment.no-sources",
    expected: `the compiled source of ${contractOf("modelRegistry")} in this project`,
    found: "none",
    next: "Run the command in a checkout of Scrimshaw, at the commit on record; `npx hardhat build` compiles it.",
  });
}

const PROVIDERS: readonly VerificationProvider[] = ["sourcify", "etherscan", "blockscout"];

/** @throws ScrimshawError `deployment.unknown-provider` */
export function parseProvider(text: string | undefined): VerificationProvider {
  const provider = PROVIDERS.find((known) => known === (text ?? "sourcify"));
  if (provider !== undefined) return provider;
  throw new ScrimshawError({
    code: "deployment.unknown-provider",
    expected: `one of ${PROVIDERS.join(", ")}`,
    found: JSON.stringify(text?.slice(0, 80)),
    next: "Correct --provider.",
  });
}
