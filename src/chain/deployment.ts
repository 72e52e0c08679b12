import { createReadStream } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { z } from "zod";
import { ScrimshawError } from "../errors.ts";
import { isLoopback } from "../loopback.ts";

/** The contracts of a deployment, by the names that files and code use. */
export const CONTRACT_NAMES = [
  "modelRegistry",
  "proofRegistry",
  "attesterRegistry",
  "attestedSignatureVerifier",
  "p256Verifier",
  "rsaPssVerifier",
  "proofLens",
  "walrusCommittees",
  "blobAvailability",
  "availabilityLens",
] as const;
export type ContractName = (typeof CONTRACT_NAMES)[number];
export type ContractAddresses = Readonly<Partial<Record<ContractName, string>>>;

/** Where the contracts are on one chain. */
export interface Deployment {
  readonly addresses: ContractAddresses;
  /** First block that can hold one of their events; 0 if unknown. */
  readonly block: number;
  /** Where that was read, for people. */
  readonly origin: string;
}

const address = z.string().regex(/^0x[0-9a-fA-F]{40}$/, "must be an address, 0x and 40 hex digits");
const names = z.enum(CONTRACT_NAMES);
const deploymentsSchema = z.record(
  z.string().regex(/^[1-9][0-9]*$/, "must be a chain id"),
  z.strictObject({ block: z.int().min(0), contracts: z.partialRecord(names, address) }),
);
const ignitionSchema = z.record(z.string(), address);

async function readJson(file: string): Promise<unknown> {
  let text: string;
  try {
    text = await readFile(file, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
  try {
    return JSON.parse(text) as unknown;
  } catch (cause) {
    throw invalid(file, "text that is no JSON", cause);
  }
}

function invalid(file: string, found: string, cause?: unknown): ScrimshawError {
  return new ScrimshawError({
    code: "chain.deployment-invalid",
    expected: `addresses by chain id in ${file}`,
    found,
    next: "Correct the file, or remove it and deploy again.",
    cause,
  });
}

function parse<T>(schema: z.ZodType<T>, file: string, value: unknown): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw invalid(file, `${issue?.path.join(".") ?? ""}: ${issue?.message ?? "another shape"}`, parsed.error);
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
    throw invalid(journal, "a journal that cannot be read", error);
  }
  return first ?? 0;
}

async function fromIgnition(directory: string): Promise<Deployment | undefined> {
  const file = join(directory, "deployed_addresses.json");
  const found = await readJson(file);
  if (found === undefined) return undefined;
  const deployed = parse(ignitionSchema, file, found);
  const addresses: Partial<Record<ContractName, string>> = {};
  for (const name of CONTRACT_NAMES) {
    const at = deployed[`Scrimshaw#${name.charAt(0).toUpperCase()}${name.slice(1)}`];
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
  /** Ignition's folder, the one that holds `deployments/`. */
  readonly ignitionDirectory: string;
  /** URL of the chain, to find what `hardhat dev` deployed to it. */
  readonly url?: string;
}

/**
 * Looks up where the contracts are: explicit addresses, else `deployments.json` by chain id, else what `hardhat dev` or
 * `hardhat ignition deploy` left in Ignition's folder. Addresses are only read here; see `connectContract` for the check of
 * code.
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
  const { chainId, deploymentsFile, ignitionDirectory, url } = options;
  const file = await readJson(deploymentsFile);
  if (file !== undefined) {
    const known = parse(deploymentsSchema, deploymentsFile, file)[chainId.toString()];
    if (known !== undefined) {
      const addresses: ContractAddresses = known.contracts;
      return { addresses, block: known.block, origin: deploymentsFile };
    }
  }
  const port = localPort(url);
  const folders = join(ignitionDirectory, "deployments");
  const served = port === undefined ? undefined : await fromIgnition(join(folders, devDeploymentId(port)));
  return served ?? (await fromIgnition(join(folders, `chain-${chainId.toString()}`)));
}
