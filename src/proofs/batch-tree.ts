import { SimpleMerkleTree } from "@openzeppelin/merkle-tree";
import { keccak256 } from "ethers";

import { hashWords } from "./hash-words.ts";
import type { Hex } from "./statement.ts";

/** The leaf of a batch: which proof, with which seal, and where in the bundle its evidence stands. */
export interface BatchLeaf {
  readonly proofId: Hex;
  /** The leaf holds its hash, so that it exists when the batch is settled; `0x` for a vanilla proof. */
  readonly seal: Hex;
  readonly offset: number;
  readonly length: number;
}

/** Hashed twice, as in OpenZeppelin's StandardMerkleTree, so that no node can be taken for a leaf. */
function hashLeaf({ proofId, seal, offset, length }: BatchLeaf): Hex {
  return hashWords([hashWords([proofId, keccak256(seal) as Hex, offset, length])]);
}

/**
 * The OpenZeppelin StandardMerkleTree of a batch (leaves hashed twice, pairs sorted), as `ProofRegistry.isInBatch` checks it. Leaves are
 * hashed here, several times faster than by the library.
 */
export class BatchTree {
  readonly #tree: SimpleMerkleTree;
  readonly #positions: ReadonlyMap<Hex, number>;

  constructor(leaves: readonly BatchLeaf[]) {
    this.#tree = SimpleMerkleTree.of(leaves.map(hashLeaf));
    this.#positions = new Map(leaves.map(({ proofId }, i) => [proofId, i]));
  }

  get root(): Hex {
    return this.#tree.root as Hex;
  }

  /** The sibling hashes from the leaf up, or undefined for a proof that is not in the batch. */
  merkleProof(proofId: Hex): readonly Hex[] | undefined {
    const position = this.#positions.get(proofId);
    return position === undefined ? undefined : (this.#tree.getProof(position) as Hex[]);
  }
}
