import { ScrimshawError } from "../errors.ts";
import { type BlsPublicKey, parsePublicKey } from "./bls.ts";

/** Walrus allows no more members (Sui bounds the bitmap). */
const MAX_MEMBERS = 1000;

export interface CommitteeMember {
  /** Sui object id of the node, 32 bytes. Members are sorted by it. */
  readonly nodeId: `0x${string}`;
  /** BLS12-381 key in G1, 48 bytes compressed. */
  readonly publicKey: `0x${string}`;
  /** Number of shards the node holds. */
  readonly weight: number;
  /** Base URL of the storage node. */
  readonly url: string;
}

/** The storage nodes of one epoch. Where it was learned decides what a certificate under it is worth. */
export interface Committee {
  readonly epoch: number;
  readonly nShards: number;
  readonly members: readonly CommitteeMember[];
}

function invalid(found: string): ScrimshawError {
  return new ScrimshawError({
    code: "walrus.committee-invalid",
    expected: "a committee sorted by node id, each node once, whose weights add up to its shards",
    found,
    next: "Read the committee again from its source.",
  });
}

/**
 * Checks the committee's form and parses its keys, in member order. Two nodes may have the same key: Sui forbids only the same node id
 * twice, and each of them counts with its own weight.
 * @throws ScrimshawError `walrus.committee-invalid`
 */
export function committeeKeys({ epoch, nShards, members }: Committee): BlsPublicKey[] {
  if (!Number.isInteger(epoch) || epoch < 0 || epoch > 0xffff_ffff) throw invalid(`epoch ${epoch}`);
  if (members.length === 0 || members.length > MAX_MEMBERS) throw invalid(`${members.length} members`);
  let total = 0;
  let previous = "";
  for (const { nodeId, weight } of members) {
    const id = nodeId.toLowerCase();
    if (!/^0x[0-9a-f]{64}$/.test(id)) throw invalid(`node id ${nodeId.slice(0, 80)}`);
    if (id <= previous) throw invalid(`node ${id} after ${previous}`);
    if (!Number.isInteger(weight) || weight < 1) throw invalid(`weight ${weight} of ${id}`);
    previous = id;
    total += weight;
  }
  if (total !== nShards) throw invalid(`weights of ${total} for ${nShards} shards`);
  return members.map(({ nodeId, publicKey }) => {
    try {
      return parsePublicKey(Buffer.from(publicKey.slice(2), "hex"));
    } catch (error) {
      throw invalid(
        `for node ${nodeId}: ${error instanceof Error ? error.message.slice(0, 200) : "an unreadable key"}`,
      );
    }
  });
}
