import { TypedDataEncoder, ZeroAddress, ZeroHash, concat, id, keccak256, zeroPadValue } from "ethers";
import type { TypedDataDomain } from "ethers";

import { hashWords } from "./hash-words.ts";
import { STATEMENT_FIELDS, hashStatement } from "./statement.ts";
import type { Hex, Statement } from "./statement.ts";

/** What backs a statement. `verifier` zero means that the proof is only recorded (vanilla). */
export interface Evidence {
  readonly verifier: Hex;
  /** `keccak256(signer)` of an attester; in a vanilla proof its submitter's address, left-padded to 32 bytes. */
  readonly attesterId: Hex;
  /** Raw Blob ID as `bytes32`; zero inside a batch, whose bundle holds the evidence. */
  readonly blobId: Hex;
  /** SHA-256 of the evidence bytes. */
  readonly contentHash: Hex;
  /** Length of the evidence bytes (uint64). */
  readonly size: bigint;
}

export interface Proof {
  readonly statement: Statement;
  readonly evidence: Evidence;
}

/** A proof with the bytes that its verifier checks; `0x` for a vanilla proof. */
export interface SealedProof {
  readonly proof: Proof;
  readonly seal: Hex;
}

export const EVIDENCE_FIELDS = [
  { name: "verifier", type: "address" },
  { name: "attesterId", type: "bytes32" },
  { name: "blobId", type: "bytes32" },
  { name: "contentHash", type: "bytes32" },
  { name: "size", type: "uint64" },
] as const;

/** The types that a wallet shows when it signs a proof (EIP-712). */
export const PROOF_TYPES = {
  Proof: [
    { name: "statement", type: "Statement" },
    { name: "evidence", type: "Evidence" },
  ],
  Statement: [...STATEMENT_FIELDS],
  Evidence: [...EVIDENCE_FIELDS],
};

const EVIDENCE_TYPE = `Evidence(${EVIDENCE_FIELDS.map(({ type, name }) => `${type} ${name}`).join(",")})`;
const EVIDENCE_TYPEHASH = id(EVIDENCE_TYPE) as Hex;
const PROOF_TYPEHASH = id(TypedDataEncoder.from(PROOF_TYPES).encodeType("Proof")) as Hex;

export function hashEvidence(evidence: Evidence): Hex {
  return hashWords([EVIDENCE_TYPEHASH, ...EVIDENCE_FIELDS.map(({ name }) => evidence[name])]);
}

/** The proof id: the EIP-712 struct hash of statement and evidence. The same on every chain. */
export function proofIdOf(proof: Proof): Hex {
  return hashWords([PROOF_TYPEHASH, hashStatement(proof.statement), hashEvidence(proof.evidence)]);
}

/** Which registry a digest is for. */
export interface ProofDomain {
  readonly chainId: bigint;
  readonly proofRegistry: string;
}

const NAME = "Scrimshaw ProofRegistry";
const VERSION = "1";
const DOMAIN_TYPE = "EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)";
const DOMAIN_HASHES = [DOMAIN_TYPE, NAME, VERSION].map((text) => id(text) as Hex);

export function typedDataDomain({ chainId, proofRegistry }: ProofDomain): TypedDataDomain {
  return { name: NAME, version: VERSION, chainId, verifyingContract: proofRegistry };
}

/** The 32 bytes that get signed or proven: the proof's EIP-712 digest under one registry's domain. */
export function digestOf({ proof, domain }: { readonly proof: Proof; readonly domain: ProofDomain }): Hex {
  const separator = hashWords([...DOMAIN_HASHES, domain.chainId, domain.proofRegistry as Hex]);
  return keccak256(concat(["0x1901", separator, proofIdOf(proof)])) as Hex;
}

/** How a vanilla proof names its submitter in `attesterId`: inside the proof id, so that no copier can take its place. */
export function submitterId(address: string): Hex {
  return zeroPadValue(address, 32).toLowerCase() as Hex;
}

export function isVanilla(evidence: Evidence): boolean {
  return evidence.verifier === ZeroAddress;
}

export const ZERO_ADDRESS = ZeroAddress as Hex;
export const ZERO_HASH = ZeroHash as Hex;
