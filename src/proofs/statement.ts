import { id } from "ethers";

import { hashWords } from "./hash-words.ts";

export type Hex = `0x${string}`;

/** What an inference claims. Hashes are `0x` and 64 hex digits; `modelVersion` is a uint32, `producedAt` Unix seconds (uint64). */
export interface Statement {
  readonly modelId: Hex;
  readonly modelVersion: number;
  /** SHA-256 of the manifest's bytes: the content hash that the registry holds for this version. */
  readonly manifestHash: Hex;
  /** See `hashTensors`. */
  readonly inputHash: Hex;
  readonly outputHash: Hex;
  /** By convention `keccak256(chainId, consumer, nonce)`; not unique in the registry. */
  readonly requestId: Hex;
  readonly producedAt: bigint;
}

/** EIP-712 members, in the order in which the registry's contract hashes them. */
export const STATEMENT_FIELDS = [
  { name: "modelId", type: "bytes32" },
  { name: "modelVersion", type: "uint32" },
  { name: "manifestHash", type: "bytes32" },
  { name: "inputHash", type: "bytes32" },
  { name: "outputHash", type: "bytes32" },
  { name: "requestId", type: "bytes32" },
  { name: "producedAt", type: "uint64" },
] as const;

const STATEMENT_TYPE = `Statement(${STATEMENT_FIELDS.map(({ type, name }) => `${type} ${name}`).join(",")})`;
const STATEMENT_TYPEHASH = id(STATEMENT_TYPE) as Hex;

/** The statement's EIP-712 struct hash: 32 bytes, the same that `IProofRegistry` computes. */
export function hashStatement(statement: Statement): Hex {
  return hashWords([STATEMENT_TYPEHASH, ...STATEMENT_FIELDS.map(({ name }) => statement[name])]);
}
