import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import {
  type ChainDeployment,
  DEPLOYED_NAMES,
  type DeployedContract,
  type DeployedName,
  readDeployments,
} from "../../src/chain/deployments-file.ts";
import { blueprints } from "../../src/deployments/blueprint.ts";
import { chainFeatures } from "../../src/deployments/chain-features.ts";
import { createContracts } from "../../src/deployments/create-contracts.ts";
import { planDeployment } from "../../src/deployments/plan-deployment.ts";
import { readParameters } from "../../src/deployments/parameters-file.ts";
import { recordDeployment } from "../../src/deployments/record-deployment.ts";
import { sourceCommit } from "../../src/deployments/source-commit.ts";
import { runCommand } from "../../src/hardhat/command.ts";
import {
  chooseParameters,
  describePlan,
  parseNames,
  recordFile,
  replacedBy,
} from "../../src/hardhat/deployment-command.ts";
import { type Environment, openEnvironment } from "../../src/hardhat/environment.ts";
import { bringFactory } from "../../src/hardhat/bring-factory.ts";
import { counted } from "../../src/models/describe-progress.ts";
import { isLocal } from "../../src/hardhat/is-local.ts";

interface CreateArguments {
  readonly admin: string | undefined;
  readonly maxDelay: number;
  readonly only: string | undefined;
  readonly from: string | undefined;
  readonly dryRun: boolean;
  readonly yes: boolean;
  readonly json: boolean;
}

/** The folder of the package, whose contracts these are. */
const ROOT = fileURLToPath(new URL("../..", import.meta.url));

function inFull(contracts: ChainDeployment["contracts"]): Partial<Record<DeployedName, DeployedContract>> {
  const known: Partial<Record<DeployedName, DeployedContract>> = {};
  for (const name of DEPLOYED_NAMES) {
    const contract = contracts[name];
    if (contract !== undefined && typeof contract !== "string") known[name] = contract;
  }
  return known;
}

async function planFor(
  args: CreateArguments,
  { environment, ignition, signal }: { environment: Environment; ignition: string; signal: AbortSignal },
) {
  const { provider, chainId, networkName } = environment;
  const from = await (await environment.signer()).getAddress();
  const fromFile = await readParameters(join(ignition, "parameters", `${networkName}.json`));
  const { admin = fromFile.admin, maxDelay } = args;
  const parameters = chooseParameters({ admin, maxDelay: maxDelay || fromFile.maxDelay, chainId, from });
  const names = parseNames(args.only);
  const drawn = blueprints({ parameters, ...(names && { only: names }) });
  return { parameters, from, plan: await planDeployment({ provider, from, blueprints: drawn, signal }) };
}

export default async function create(args: CreateArguments, hre: HardhatRuntimeEnvironment): Promise<void> {
  await runCommand<object>({
    schema: "scrimshaw.deployment-create/1",
    json: args.json,
    run: async ({ signal, progress, confirm }) => {
      const environment = await openEnvironment(hre, { from: args.from });
      const { chainId, networkName: network, provider } = environment;
      try {
        const ignition = hre.config.paths.ignition;
        if (!args.dryRun) {
          const connect = () => hre.network.create(network);
          await bringFactory({ connect, ignitionDirectory: ignition, chainId, provider });
        }
        const { plan, parameters, from } = await planFor(args, {
          environment,
          ignition: hre.config.paths.ignition,
          signal,
        });
        const missing = (await chainFeatures(provider)).filter(({ present }) => !present);
        const file = recordFile(hre.config.scrimshaw, chainId);
        const { contracts: onRecord = {} } = (await readDeployments(file))[chainId.toString()] ?? {};
        const replaced = replacedBy(plan, onRecord);
        const notes = replaced.map(
          ({ name, address }) =>
            `note                      ${name} on record is another one, ${address}; this one takes its place`,
        );
        const lines = [
          `${network}, chain id ${chainId.toString()}; admin ${parameters.admin}; at most ${parameters.maxDelay.toString()} s from inference to anchor`,
          ...describePlan(plan),
          ...missing.map(({ name, meaning }) => `note                      ${name}: ${meaning}`),
          ...notes,
        ];
        const contracts = plan.contracts.map(({ name, address, arguments: all, exists, gas: needed = null }) => ({
          ...{ name, address, arguments: all, exists, gas: needed },
        }));
        const { gas, gasPrice = null, fee = null } = plan;
        const lacks = missing.map(({ name }) => name);
        const shared = { network, chainId, ...parameters, from, contracts, missing: lacks, replaced };
        if (args.dryRun) return { result: { ...shared, dryRun: true, gas, gasPrice, fee }, lines };
        const anything = plan.contracts.some(({ exists }) => !exists);
        if (anything && !args.yes && !isLocal({ chainId, walrus: environment.walrus })) {
          await confirm({ lines, question: "Create these contracts?" });
        }
        const commit = await sourceCommit(ROOT);
        const { created, gasUsed } = await createContracts({
          ...{ signer: await environment.signer(), plan, chainId, known: inFull(onRecord), signal },
          onContract: (name, contract) => recordDeployment({ file, chainId, network, commit, name, contract }),
          onProgress: (event) => progress(`${event.kind} ${event.name}`),
        });
        const done = created.length === 0 ? "nothing to create" : `created ${counted(created.length, "contract")}`;
        return {
          result: { ...shared, created, gasUsed, file },
          lines: [
            ...lines.slice(0, 1),
            ...plan.contracts.map(({ name, address }) => `${name.padEnd(26)}${address}`),
            ...notes,
            `${done} (${gasUsed.toString()} gas); on record in ${file}`,
          ],
        };
      } finally {
        await environment.close();
      }
    },
  });
}
