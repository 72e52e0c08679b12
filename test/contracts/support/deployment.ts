import type { HardhatEthers } from "@nomicfoundation/hardhat-ethers/types";
import type { Provider } from "ethers";
import accessManager from "@openzeppelin/contracts/build/contracts/AccessManager.json" with { type: "json" };
import { ContractFactory, id, keccak256, Wallet } from "ethers";
import { ethers as shared } from "./chain.ts";

/** The longest distance between production and anchor time that the tests' verifier allows, in seconds. */
export const MAX_DELAY = 3600n;

/** What the attesters of the tests run, approved for good. */
export const MEASUREMENT = id("measurement");

/** The last second there is. */
export const NEVER = 2n ** 64n - 1n;

/** All contracts on the chain that the test files share; for `loadFixture`. */
export async function deploy() {
  return await deployOn(shared);
}

/** All contracts, an attester admitted for a day, and the accounts that play in the tests. */
export async function deployOn(ethers: HardhatEthers) {
  const [admin, publisher, submitter, settler, stranger] = await ethers.getSigners();
  if (!admin || !publisher || !submitter || !settler || !stranger) throw new Error("the chain has too few accounts");
  const models = await ethers.deployContract("ModelRegistry");
  const proofs = await ethers.deployContract("ProofRegistry");
  const authority = await new ContractFactory(accessManager.abi, accessManager.bytecode, admin).deploy(admin.address);
  const attesters = await ethers.deployContract("AttesterRegistry", [await authority.getAddress()]);
  const verifier = await ethers.deployContract("AttestedSignatureVerifier", [await attesters.getAddress(), MAX_DELAY]);
  const p256 = await ethers.deployContract("P256Verifier");
  const rsaPss = await ethers.deployContract("RsaPssVerifier");
  const lens = await ethers.deployContract("ProofLens", [await proofs.getAddress()]);
  await (await attesters.approveMeasurement(MEASUREMENT, 0, NEVER, "what the tests' attesters run")).wait();
  const attester = new Wallet(id("the attester's key"));
  const registered = await attesters.add(
    attesterInput(attester.address, { validUntil: (await now(ethers.provider)) + 86_400n }),
  );
  await registered.wait();
  const attesterId = keccak256(attester.address);
  return {
    accounts: { admin, publisher, submitter, settler, stranger },
    models,
    proofs,
    authority,
    attesters,
    verifier,
    p256,
    rsaPss,
    lens,
    attester,
    attesterId,
  };
}

export type Deployment = Awaited<ReturnType<typeof deploy>>;

/** Time of the newest block, in Unix seconds. */
export async function now(provider: Pick<Provider, "getBlock"> = shared.provider): Promise<bigint> {
  const block = await provider.getBlock("latest");
  if (block === null) throw new Error("the chain has no block");
  return BigInt(block.timestamp);
}

export interface AttesterInput {
  signer: string;
  measurement: string;
  kind: string;
  document: { blobId: string; contentHash: string; size: bigint };
  endpoint: string;
  validFrom: bigint;
  validUntil: bigint;
}

/** An attester as realistic as an admission gets: every field is set. */
export function attesterInput(signer: string, fields: Partial<AttesterInput> = {}): AttesterInput {
  return {
    signer,
    measurement: MEASUREMENT,
    kind: "software-key",
    document: { blobId: id("document"), contentHash: id("document bytes"), size: 4321n },
    endpoint: "https://attester.example/v1",
    validFrom: 0n,
    validUntil: 4_000_000_000n,
    ...fields,
  };
}
