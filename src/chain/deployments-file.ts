import { readFile } from "node:fs/promises";
import { z } from "zod";
import { ScrimshawError } from "../errors.ts";

/** The contracts that code connects to, by the names that files and code use. */
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

/** All contracts of a deployment: with the access manager that says who may attest. */
export const DEPLOYED_NAMES = [...CONTRACT_NAMES, "accessManager"] as const;
export type DeployedName = (typeof DEPLOYED_NAMES)[number];

export const addressSchema = z
  .string()
  .regex(/^0x[0-9a-fA-F]{40}$/, "must be an address, 0x and 40 hex digits")
  .transform((text) => text as `0x${string}`);

const contractSchema = z.strictObject({
  address: addressSchema,
  /** Of the constructor, as text. */
  arguments: z.array(z.string()).readonly(),
  /** In which it was created; 0 if that is not known. */
  block: z.int().min(0),
  /** Undefined where somebody else had created it before. */
  transaction: z
    .string()
    .regex(/^0x[0-9a-f]{64}$/, "must be the hash of a transaction")
    .optional(),
});

const chainSchema = z.strictObject({
  /** The network's name in the configuration that deployed. */
  network: z.string().max(100).optional(),
  /** Of the sources that were deployed. */
  commit: z
    .string()
    .regex(/^[0-9a-f]{40}$/, "must be the hash of a commit")
    .optional(),
  /** First block that can hold one of their events; 0 if that is not known. */
  block: z.int().min(0),
  /** By name: what is known of it, or, written by hand, its address. */
  contracts: z.partialRecord(z.enum(DEPLOYED_NAMES), z.union([addressSchema, contractSchema])),
});

/** The file: a chain's deployment by the chain's id. */
export const deploymentsSchema = z.record(z.string().regex(/^[1-9][0-9]*$/, "must be a chain id"), chainSchema);

export type DeployedContract = z.output<typeof contractSchema>;
export type ChainDeployment = z.output<typeof chainSchema>;
export type Deployments = z.output<typeof deploymentsSchema>;

/** The address in either form. */
export function addressOf(contract: `0x${string}` | DeployedContract): `0x${string}` {
  return typeof contract === "string" ? contract : contract.address;
}

/** @throws ScrimshawError `chain.deployment-invalid` always */
export function invalidDeployment(file: string, found: string, cause?: unknown): ScrimshawError {
  return new ScrimshawError({
    code: "chain.deployment-invalid",
    expected: `addresses by chain id in ${file}`,
    found,
    next: "Correct the file, or remove it and deploy again.",
    cause,
  });
}

/** A JSON file's value; undefined if there is none. @throws ScrimshawError `chain.deployment-invalid` */
export async function readJson(file: string): Promise<unknown> {
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
    throw invalidDeployment(file, "text that is no JSON", cause);
  }
}

/** @throws ScrimshawError `chain.deployment-invalid` */
export function parseDeployments<T>(schema: z.ZodType<T>, file: string, value: unknown): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw invalidDeployment(file, `${issue?.path.join(".") ?? ""}: ${issue?.message ?? "another shape"}`, parsed.error);
}

/** All deployments that `file` knows of; none if there is no file. @throws ScrimshawError `chain.deployment-invalid` */
export async function readDeployments(file: string): Promise<Deployments> {
  const value = await readJson(file);
  return value === undefined ? {} : parseDeployments(deploymentsSchema, file, value);
}
