import { StandardMerkleTree } from "@openzeppelin/merkle-tree";
import { keccak256 } from "ethers";

import type { Hex } from "./statement.ts";

/** The leaf of a batch: which proof, with which seal, and where in the bundle its evidence stands. */
export interface BatchLeaf {
  readonly proofId: Hex;
  /** The leaf holds its hash, so that it exists when the batch is settled; `0x` for a vanilla proof. */
  readonly seal: Hex;
  readonly offset: number;
  readonly length: number;
}

const LEAF_ENCODING = ["bytes32", "bytes32", "uint64", "uint64"];

/** The OpenZeppelin StandardMerkleTree of a batch (leaves hashed twice, pairs sorted), as `ProofRegistry.isInBatch` checks it. */
export class BatchTree {
  readonly #tree: StandardMerkleTree<[Hex, Hex, bigint, bigint]>;
  readonly #positions: ReadonlyMap<Hex, number>;

  constructor(leaves: readonly BatchLeaf[]) {
    this.#tree = StandardMerkleTree.of(
      leaves.map(({ proofId, seal, offset, length }) => [
        proofId,
        keccak256(seal) as Hex,
        BigInt(offset),
        BigInt(length),
      ]),
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
