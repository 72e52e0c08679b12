import { StandardMerkleTree } from "@openzeppelin/merkle-tree";

import type { Hex } from "./statement.ts";

/** The leaf of a batch: which proof, and where in the bundle its evidence stands. */
export interface BatchLeaf {
  readonly proofId: Hex;
  readonly offset: number;
  readonly length: number;
}

const LEAF_ENCODING = ["bytes32", "uint64", "uint64"];

/** The OpenZeppelin StandardMerkleTree of a batch (leaves hashed twice, pairs sorted), as `ProofRegistry.isInBatch` checks it. */
export class BatchTree {
  readonly #tree: StandardMerkleTree<[Hex, bigint, bigint]>;
  readonly #positions: ReadonlyMap<Hex, number>;

  constructor(leaves: readonly BatchLeaf[]) {
    this.#tree = StandardMerkleTree.of(
      leaves.map(({ proofId, offset, length }) => [proofId, BigInt(offset), BigInt(length)]),
      LEAF_ENCODING,
    );
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
