import { StandardMerkleTree } from "@openzeppelin/merkle-tree";
import { id, keccak256, TypedDataEncoder, ZeroAddress, ZeroHash, zeroPadValue, type Wallet } from "ethers";
import type { Deployment } from "./deployment.ts";
import { now } from "./deployment.ts";

export interface BlobRef {
  blobId: string;
  contentHash: string;
  size: bigint;
}

export interface Statement {
  modelId: string;
  modelVersion: bigint;
  manifestHash: string;
  inputHash: string;
  outputHash: string;
  requestId: string;
  producedAt: bigint;
}

export interface Evidence extends BlobRef {
  verifier: string;
  attesterId: string;
}

export interface Proof {
  statement: Statement;
  evidence: Evidence;
}

/** EIP-712 types as the design states them, written out here once more on purpose. */
export const PROOF_TYPES = {
  Statement: [
    { name: "modelId", type: "bytes32" },
    { name: "modelVersion", type: "uint32" },
    { name: "manifestHash", type: "bytes32" },
    { name: "inputHash", type: "bytes32" },
    { name: "outputHash", type: "bytes32" },
    { name: "requestId", type: "bytes32" },
    { name: "producedAt", type: "uint64" },
  ],
  Evidence: [
    { name: "verifier", type: "address" },
    { name: "attesterId", type: "bytes32" },
    { name: "blobId", type: "bytes32" },
    { name: "contentHash", type: "bytes32" },
    { name: "size", type: "uint64" },
  ],
  Proof: [
    { name: "statement", type: "Statement" },
    { name: "evidence", type: "Evidence" },
  ],
};

export const WITHDRAWAL_TYPES = { Withdrawal: [{ name: "proofId", type: "bytes32" }] };

export interface Domain {
  name: string;
  version: string;
  chainId: bigint;
  verifyingContract: string;
}

export async function domainOf(proofs: Deployment["proofs"]): Promise<Domain> {
  const network = await proofs.runner?.provider?.getNetwork();
  if (network === undefined) throw new Error("the registry is not connected to a chain");
  const { chainId } = network;
  return { name: "Scrimshaw ProofRegistry", version: "1", chainId, verifyingContract: await proofs.getAddress() };
}

export function proofIdOf(proof: Proof): string {
  return TypedDataEncoder.hashStruct("Proof", PROOF_TYPES, proof);
}

export function statementOf(seed: string, fields: Partial<Statement> = {}): Statement {
  return {
    modelId: id(`model ${seed}`),
    modelVersion: 7n,
    manifestHash: id(`manifest ${seed}`),
    inputHash: id(`input ${seed}`),
    outputHash: id(`output ${seed}`),
    requestId: id(`request ${seed}`),
    producedAt: 0n,
    ...fields,
  };
}

/** A proof that nothing checks, by its submitter. */
export async function vanillaProof(submitter: string, seed = "vanilla", producedAt?: bigint): Promise<Proof> {
  return {
    statement: statementOf(seed, { producedAt: producedAt ?? (await now()) }),
    evidence: {
      verifier: ZeroAddress,
      attesterId: zeroPadValue(submitter, 32),
      blobId: id(`blob ${seed}`),
      contentHash: id(`content ${seed}`),
      size: 1_234_567n,
    },
  };
}

/** A proof for the deployment's verifier and attester. */
export async function attestedProof(
  { verifier, attesterId }: Pick<Deployment, "verifier" | "attesterId">,
  seed = "attested",
  producedAt?: bigint,
): Promise<Proof> {
  return {
    statement: statementOf(seed, { producedAt: producedAt ?? (await now()) }),
    evidence: {
      verifier: await verifier.getAddress(),
      attesterId,
      blobId: id(`blob ${seed}`),
      contentHash: id(`content ${seed}`),
      size: 1_234_567n,
    },
  };
}

export async function signProof(proofs: Deployment["proofs"], key: Wallet, proof: Proof): Promise<string> {
  return await key.signTypedData(await domainOf(proofs), PROOF_TYPES, proof);
}

export async function signWithdrawal(proofs: Deployment["proofs"], key: Wallet, proofId: string): Promise<string> {
  return await key.signTypedData(await domainOf(proofs), WITHDRAWAL_TYPES, { proofId });
}

export interface Leaf {
  proof: Proof;
  proofId: string;
  seal: string;
  sealHash: string;
  offset: bigint;
  length: bigint;
  merkleProof: string[];
}

export interface BatchOf {
  batch: { root: string; count: bigint; bundle: BlobRef };
  leaves: Leaf[];
}

export const LEAF_ENCODING = ["bytes32", "bytes32", "uint64", "uint64"];

/** The fields that are hashed into a leaf. */
export function leafFields({ proofId, sealHash, offset, length }: Omit<Leaf, "merkleProof">) {
  return [proofId, sealHash, offset, length] as const;
}

export interface BatchSettings {
  /** Seals an attested proof as it stands in the batch; left out, nothing does. */
  sealOf?: (proof: Proof) => string | Promise<string>;
  seed?: string;
}

/** Seals what stands in a batch with the deployment's attester. */
export function sealedBy({ proofs, attester }: Pick<Deployment, "proofs" | "attester">) {
  return (proof: Proof): Promise<string> => signProof(proofs, attester, proof);
}

/** Puts proofs into a batch: their evidence lies in one bundle, one piece after another. */
export async function batchOf(
  proofs: readonly Proof[],
  { sealOf = () => "0x", seed = "batch" }: BatchSettings = {},
): Promise<BatchOf> {
  let end = 4096n;
  const placed: Omit<Leaf, "merkleProof">[] = [];
  for (const original of proofs) {
    const proof = { ...original, evidence: { ...original.evidence, blobId: ZeroHash } };
    const seal = proof.evidence.verifier === ZeroAddress ? "0x" : await sealOf(proof);
    const length = proof.evidence.size;
    placed.push({ proof, proofId: proofIdOf(proof), seal, sealHash: keccak256(seal), offset: end, length });
    end += length;
  }
  const tree = StandardMerkleTree.of(
    placed.map((leaf) => [...leafFields(leaf)]),
    LEAF_ENCODING,
  );
  const bundle = { blobId: id(`bundle ${seed}`), contentHash: id(`bundle bytes ${seed}`), size: end };
  return {
    batch: { root: tree.root, count: BigInt(proofs.length), bundle },
    leaves: placed.map((leaf, index) => ({ ...leaf, merkleProof: tree.getProof(index) })),
  };
}

/** The arguments that verify or record a leaf. */
export function placeOf(batchId: string, { proof, offset, length, merkleProof, seal }: Leaf) {
  return [batchId, proof, offset, length, merkleProof, seal] as const;
}
