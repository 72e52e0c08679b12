import { randomBytes } from "node:crypto";

import { blsPublicKey, newBlsKey } from "../bls.ts";

/** A storage node's identity, which outlives committees. */
export interface NodeKey {
  readonly nodeId: `0x${string}`;
  readonly secretKey: Uint8Array;
  /** 48 bytes compressed. */
  readonly publicKey: `0x${string}`;
}

/** A storage node of one committee: its key, and the shards it holds. */
export interface NodeIdentity extends NodeKey {
  readonly shards: readonly number[];
}

export function newNodeKey(): NodeKey {
  return nodeKey({ nodeId: `0x${randomBytes(32).toString("hex")}`, secretKey: newBlsKey().secretKey });
}

export function nodeKey({ nodeId, secretKey }: Pick<NodeKey, "nodeId" | "secretKey">): NodeKey {
  return { nodeId, secretKey, publicKey: `0x${Buffer.from(blsPublicKey(secretKey)).toString("hex")}` };
}
