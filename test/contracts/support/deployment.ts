import { ethers } from "./chain.ts";

/** The longest distance between production and anchor time that the tests' verifier allows, in seconds. */
export const MAX_DELAY = 3600n;

/** All contracts on a fresh chain, an attester admitted for a day, and the accounts that play in the tests. */
export async function deploy() {
  const [admin, publisher, submitter, settler, stranger] = await ethers.getSigners();
  if (!admin || !publisher || !submitter || !settler || !stranger) throw new Error("the chain has too few accounts");
  const models = await ethers.deployContract("ModelRegistry");
  const proofs = await ethers.deployContract("ProofRegistry");
  const authority = await ethers.deployContract("AccessManager", [admin.address]);
  const attesters = await ethers.deployContract("AttesterRegistry", [await authority.getAddress()]);
  const verifier = await ethers.deployContract("AttestedSignatureVerifier", [await attesters.getAddress(), MAX_DELAY]);
  const lens = await ethers.deployContract("ProofLens", [await proofs.getAddress()]);
  const attester = new ethers.Wallet(ethers.id("the attester's key"));
  const registered = await attesters.add(attesterInput(attester.address, { validUntil: (await now()) + 86_400n }));
  await registered.wait();
  const attesterId = ethers.keccak256(attester.address);
  return {
    accounts: { admin, publisher, submitter, settler, stranger },
    models,
    proofs,
    authority,
    attesters,
    verifier,
    lens,
    attester,
    attesterId,
  };
}

export type Deployment = Awaited<ReturnType<typeof deploy>>;

/** Time of the newest block, in Unix seconds. */
export async function now(): Promise<bigint> {
  const block = await ethers.provider.getBlock("latest");
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
    measurement: ethers.id("measurement"),
    kind: "software-key",
    document: { blobId: ethers.id("document"), contentHash: ethers.id("document bytes"), size: 4321n },
    endpoint: "https://attester.example/v1",
    validFrom: 0n,
    validUntil: 4_000_000_000n,
    ...fields,
  };
}
