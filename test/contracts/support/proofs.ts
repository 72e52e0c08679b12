import { StandardMerkleTree } from "@openzeppelin/merkle-tree";
import { id, TypedDataEncoder, ZeroAddress, ZeroHash, zeroPadValue, type Wallet } from "ethers";
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
  offset: bigint;
  length: bigint;
  merkleProof: string[];
}

export interface BatchOf {
  batch: { root: string; count: bigint; bundle: BlobRef };
  leaves: Leaf[];
}

/** Puts proofs into a batch: their evidence lies in one bundle, one piece after another. */
export function batchOf(proofs: readonly Proof[], seed = "batch"): BatchOf {
  let end = 4096n;
  const placed = proofs.map((original) => {
    const proof = { ...original, evidence: { ...original.evidence, blobId: ZeroHash } };
    const offset = end;
    end += proof.evidence.size;
    return { proof, proofId: proofIdOf(proof), offset, length: proof.evidence.size };
  });
  const tree = StandardMerkleTree.of(
    placed.map(({ proofId, offset, length }) => [proofId, offset, length]),
    ["bytes32", "uint64", "uint64"],
  );
  const bundle = { blobId: id(`bundle ${seed}`), contentHash: id(`bundle bytes ${seed}`), size: end };
  return {
    batch: { root: tree.root, count: BigInt(proofs.length), bundle },
    leaves: placed.map((leaf, index) => ({ ...leaf, merkleProof: tree.getProof(index) })),
  };
}
