import { createReadStream } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { z } from "zod";
import { isLoopback } from "../loopback.ts";
import {
  addressOf,
  addressSchema,
  type ChainDeployment,
  CONTRACT_NAMES,
  type ContractName,
  type Deployments,
  invalidDeployment,
  parseDeployments,
  readDeployments,
  readJson,
} from "./deployments-file.ts";

export type ContractAddresses = Readonly<Partial<Record<ContractName, string>>>;

/** Where the contracts are on one chain. */
export interface Deployment {
  readonly addresses: ContractAddresses;
  /** First block that can hold one of their events; 0 if unknown. */
  readonly block: number;
  /** Where that was read, for people. */
  readonly origin: string;
}

const ignitionSchema = z.record(z.string(), addressSchema);

/** The modules of `ignition/modules` that create contracts of a deployment: the whole, else its parts. */
const MODULES = ["Scrimshaw", "Models", "Proofs", "Attesters", "Availability"] as const;

function addressesOf({ contracts }: ChainDeployment): ContractAddresses {
  const known: Partial<Record<ContractName, string>> = {};
  for (const name of CONTRACT_NAMES) {
    const contract = contracts[name];
    if (contract !== undefined) known[name] = addressOf(contract);
  }
  return known;
}

/** The lowest block of a confirmed transaction in an Ignition journal. */
async function firstBlock(journal: string): Promise<number> {
  let first: number | undefined;
  try {
    for await (const line of createInterface({ input: createReadStream(journal), crlfDelay: Infinity })) {
      if (!line.includes('"TRANSACTION_CONFIRM"')) continue;
      const parsed = z.object({ receipt: z.object({ blockNumber: z.int().min(0) }) }).safeParse(JSON.parse(line));
      if (parsed.success) first = Math.min(first ?? Infinity, parsed.data.receipt.blockNumber);
    }
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return 0;
    throw invalidDeployment(journal, "a journal that cannot be read", error);
  }
  return first ?? 0;
}

async function fromIgnition(directory: string): Promise<Deployment | undefined> {
  const file = join(directory, "deployed_addresses.json");
  const found = await readJson(file);
  if (found === undefined) return undefined;
  const deployed = parseDeployments(ignitionSchema, file, found);
  const addresses: Partial<Record<ContractName, string>> = {};
  for (const name of CONTRACT_NAMES) {
    const future = `${name.charAt(0).toUpperCase()}${name.slice(1)}`;
    const at = MODULES.map((module) => deployed[`${module}#${future}`]).find((found) => found !== undefined);
    if (at !== undefined) addresses[name] = at;
  }
  return { addresses, block: await firstBlock(join(directory, "journal.jsonl")), origin: file };
}

/** Name of the Ignition deployment that `hardhat dev` makes for the chain it serves on `port`. */
export function devDeploymentId(port: number): string {
  return `dev-${port.toString()}`;
}

/** The port of a chain on this machine, else undefined. */
function localPort(url: string | undefined): number | undefined {
  if (url === undefined || !URL.canParse(url)) return undefined;
  const { hostname, port } = new URL(url);
  return isLoopback(hostname) && port !== "" ? Number(port) : undefined;
}

export interface FindDeploymentOptions {
  readonly chainId: bigint;
  /** Addresses given by the user; they win over all files. */
  readonly addresses?: ContractAddresses;
  /** Path of `deployments.json`. */
  readonly deploymentsFile: string;
  /** Path of the file of the same form for development chains, which are nobody else's. */
  readonly localDeploymentsFile?: string;
  /** Ignition's folder, the one that holds `deployments/`. */
  readonly ignitionDirectory: string;
  /** URL of the chain, to find what `hardhat dev` deployed to it. */
  readonly url?: string;
  /** What this package was published with. */
  readonly packaged?: Deployments;
}

/**
 * Looks up where the contracts are: explicit addresses, else what a running `hardhat dev` deployed to this port, else
 * `deployments.json` by chain id, else what `hardhat ignition deploy` left in Ignition's folder, else the deployments of the package
 * itself. Addresses are only read here; see `connectContract` for the check of code.
 * @throws ScrimshawError `chain.deployment-invalid`
 */
export async function findDeployment(options: FindDeploymentOptions): Promise<Deployment> {
  const found = await onRecord(options);
  const given = options.addresses ?? {};
  if (Object.keys(given).length === 0) return found ?? { addresses: {}, block: 0, origin: "no deployment on record" };
  const addresses = { ...found?.addresses, ...given };
  // Another contract than the one on record may be older than its block.
  return { addresses, block: 0, origin: "the command line" };
}

async function onRecord(options: FindDeploymentOptions): Promise<Deployment | undefined> {
  const { chainId, deploymentsFile, localDeploymentsFile, ignitionDirectory, url, packaged } = options;
  const folders = join(ignitionDirectory, "deployments");
  const port = localPort(url);
  const served = port === undefined ? undefined : await fromIgnition(join(folders, devDeploymentId(port)));
  if (served !== undefined) return served;
  const key = chainId.toString();
  for (const file of [deploymentsFile, ...(localDeploymentsFile === undefined ? [] : [localDeploymentsFile])]) {
    const known = (await readDeployments(file))[key];
    if (known !== undefined) return { addresses: addressesOf(known), block: known.block, origin: file };
  }
  const here = await fromIgnition(join(folders, `chain-${key}`));
  if (here !== undefined) return here;
  const published = packaged?.[key];
  return published && { addresses: addressesOf(published), block: published.block, origin: "the package scrimshaw" };
}
