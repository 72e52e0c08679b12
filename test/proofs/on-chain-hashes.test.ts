import { expect } from "chai";
import fc from "fast-check";
import { batchForChain, batchIdOf } from "../../src/proofs/batch.ts";
import { digestOf, proofIdOf } from "../../src/proofs/proof.ts";
import type { Proof } from "../../src/proofs/proof.ts";
import { hashStatement } from "../../src/proofs/statement.ts";
import type { Hex } from "../../src/proofs/statement.ts";
import { blobIdFromHex } from "../../src/walrus/blob-id.ts";
import { ethers } from "../contracts/support/chain.ts";

const hex = (bytes: number): fc.Arbitrary<Hex> =>
  fc.uint8Array({ minLength: bytes, maxLength: bytes }).map((value): Hex => `0x${Buffer.from(value).toString("hex")}`);
const uint64 = fc.bigInt(0n, (1n << 64n) - 1n);
const uint32 = fc.integer({ min: 0, max: 0xffffffff });

const proofs: fc.Arbitrary<Proof> = fc.record({
  statement: fc.record({
    modelId: hex(32),
    modelVersion: uint32,
    manifestHash: hex(32),
    inputHash: hex(32),
    outputHash: hex(32),
    requestId: hex(32),
    producedAt: uint64,
  }),
  evidence: fc.record({ verifier: hex(20), attesterId: hex(32), blobId: hex(32), contentHash: hex(32), size: uint64 }),
});

describe("Hashes in TypeScript and in the contract", () => {
  it("are equal on random statements, proofs and digests", async () => {
    const registry = await ethers.deployContract("ProofRegistry");
    const { chainId } = await ethers.provider.getNetwork();
    const domain = { chainId, proofRegistry: await registry.getAddress() };
    await fc.assert(
      fc.asyncProperty(proofs, async (proof) => {
        expect(await registry.hashStatement(proof.statement)).to.equal(hashStatement(proof.statement));
        expect(await registry.proofIdOf(proof)).to.equal(proofIdOf(proof));
        expect(await registry.digestOf(proof)).to.equal(digestOf({ proof, domain }));
      }),
      { numRuns: 50 },
    );
  });

  it("are equal for batch ids", async () => {
    const registry = await ethers.deployContract("ProofRegistry");
    const sizes = fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER });
    const batches = fc.record({
      root: hex(32),
      count: uint32,
      bundle: fc.record({ blobId: hex(32).map(blobIdFromHex), contentHash: hex(32), size: sizes }),
    });
    await fc.assert(
      fc.asyncProperty(hex(20), batches, async (settler, batch) => {
        expect(await registry.batchIdOf(settler, batchForChain(batch))).to.equal(batchIdOf({ settler, batch }));
      }),
      { numRuns: 50 },
    );
  });
});
