import { StandardMerkleTree } from "@openzeppelin/merkle-tree";
import { expect } from "chai";
import { AbiCoder, concat, keccak256, toBigInt } from "ethers";
import { networkHelpers } from "../support/chain.ts";
import { deploy } from "../support/deployment.ts";
import { attestedProof, batchOf, LEAF_ENCODING, leafFields, sealedBy } from "../support/proofs.ts";

describe("A Merkle tree's inner node", () => {
  it("cannot pass for a leaf, with any part of its path", async () => {
    const deployment = await networkHelpers.loadFixture(deploy);
    const { proofs, accounts } = deployment;
    const all = await Promise.all(Array.from({ length: 8 }, (_, index) => attestedProof(deployment, `leaf ${index}`)));
    const { batch, leaves } = await batchOf(all, { sealOf: sealedBy(deployment) });
    const tree = StandardMerkleTree.of(
      leaves.map((leaf) => [...leafFields(leaf)]),
      LEAF_ENCODING,
    );
    await proofs.settle(batch);
    const batchId = await proofs.batchIdOf(accounts.admin, batch);
    const path = leaves[0]?.merkleProof ?? [];
    expect(path).to.have.length(3);
    for (const node of tree.dump().tree) {
      for (const rest of [[], path, path.slice(1), path.slice(2), path.slice(0, 1)]) {
        for (const value of [0n, 1n, toBigInt(node) & 0xffffffffffffffffn]) {
          expect(await proofs.isInBatch(batchId, node, node, value, value, rest)).to.equal(false);
        }
      }
    }
  });

  it("has 64 bytes under its hash and a leaf has 32, and the registry hashes leaves as the library does", async () => {
    const deployment = await networkHelpers.loadFixture(deploy);
    const { proofs, accounts } = deployment;
    const two = [await attestedProof(deployment, "a"), await attestedProof(deployment, "b")];
    const { batch, leaves } = await batchOf(two, { sealOf: sealedBy(deployment) });
    const [left, right] = leaves
      .map((leaf) => keccak256(keccak256(AbiCoder.defaultAbiCoder().encode(LEAF_ENCODING, leafFields(leaf)))))
      .sort();
    expect(batch.root).to.equal(keccak256(concat([left ?? "0x", right ?? "0x"])));
    await proofs.settle(batch);
    const batchId = await proofs.batchIdOf(accounts.admin, batch);
    for (const leaf of leaves) {
      expect(await proofs.isInBatch(batchId, ...leafFields(leaf), leaf.merkleProof)).to.equal(true);
    }
  });
});
