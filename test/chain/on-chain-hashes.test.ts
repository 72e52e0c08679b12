import { expect } from "chai";
import fc from "fast-check";
import { attesterIdOf } from "../../src/attesters/attester-id.ts";
import { lifeMessage, successionMessage } from "../../src/attesters/typed-data.ts";
import { modelIdOf } from "../../src/models/model-id.ts";
import { messageOf } from "../../src/models/relay/release-wish.ts";
import { releaseStruct } from "../../src/models/send-release.ts";
import { BatchTree } from "../../src/proofs/batch-tree.ts";
import { batchForChain, batchIdOf } from "../../src/proofs/batch.ts";
import { digestOf, proofIdOf } from "../../src/proofs/proof.ts";
import type { Proof } from "../../src/proofs/proof.ts";
import { hashStatement } from "../../src/proofs/statement.ts";
import type { Hex } from "../../src/proofs/statement.ts";
import { blobIdFromHex } from "../../src/walrus/blob-id.ts";
import { ethers, networkHelpers } from "../contracts/support/chain.ts";
import { attesterInput, deploy } from "../contracts/support/deployment.ts";

/** The same inputs each time, and in the long form others each time. */
const RUNS = process.env["SCRIMSHAW_CAMPAIGN"] === "1" ? { numRuns: 2000 } : { numRuns: 40, seed: 1 };

const hexBetween = (minLength: number, maxLength: number): fc.Arbitrary<Hex> =>
  fc.uint8Array({ minLength, maxLength }).map((value): Hex => `0x${Buffer.from(value).toString("hex")}`);
const hex = (bytes: number): fc.Arbitrary<Hex> => hexBetween(bytes, bytes);
const uint64 = fc.bigInt(0n, (1n << 64n) - 1n);
const uint32 = fc.integer({ min: 0, max: 0xffffffff });
const text = fc.string({ unit: "binary", maxLength: 80 });
const blob = fc.record({
  blobId: hex(32).map(blobIdFromHex),
  contentHash: hex(32),
  size: fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER }),
});

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

async function setUp() {
  const deployment = await deploy();
  const { chainId } = await ethers.provider.getNetwork();
  return { ...deployment, chainId };
}

describe("Hashes in TypeScript and in the contracts, on random inputs", () => {
  const { loadFixture } = networkHelpers;

  it("are equal for statements, proofs and digests", async () => {
    const { proofs: registry, chainId } = await loadFixture(setUp);
    const domain = { chainId, proofRegistry: await registry.getAddress() };
    await fc.assert(
      fc.asyncProperty(proofs, async (proof) => {
        expect(await registry.hashStatement(proof.statement)).to.equal(hashStatement(proof.statement));
        expect(await registry.proofIdOf(proof)).to.equal(proofIdOf(proof));
        expect(await registry.digestOf(proof)).to.equal(digestOf({ proof, domain }));
      }),
      RUNS,
    );
  });

  it("are equal for batch ids", async () => {
    const { proofs: registry } = await loadFixture(setUp);
    const batches = fc.record({ root: hex(32), count: uint32, bundle: blob });
    await fc.assert(
      fc.asyncProperty(hex(20), batches, async (settler, batch) => {
        expect(await registry.batchIdOf(settler, batchForChain(batch))).to.equal(batchIdOf({ settler, batch }));
      }),
      RUNS,
    );
  });

  it("are equal for the leaves and roots of batches", async () => {
    const { proofs: registry, accounts } = await loadFixture(setUp);
    const place = fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER });
    const leaf = fc.record({ proofId: hex(32), seal: hexBetween(0, 300), offset: place, length: place });
    const leaves = fc.uniqueArray(leaf, { minLength: 1, maxLength: 9, selector: ({ proofId }) => proofId });
    const bundle = { blobId: `0x${"11".repeat(32)}`, contentHash: `0x${"22".repeat(32)}`, size: 1n };
    await fc.assert(
      fc.asyncProperty(leaves, async (entries) => {
        const tree = new BatchTree(entries);
        const batch = { root: tree.root, count: entries.length, bundle };
        const batchId = await registry.batchIdOf(accounts.settler, batch);
        await registry.connect(accounts.settler).settle(batch);
        for (const { proofId, seal, offset, length } of entries) {
          const path = [...tree.merkleProof(proofId)!];
          expect(await registry.isInBatch(batchId, proofId, ethers.keccak256(seal), offset, length, path)).to.equal(
            true,
          );
        }
      }),
      { ...RUNS, numRuns: RUNS.numRuns / 4 },
    );
  });

  it("are equal for attester ids, of accounts and of keys", async () => {
    const { attesters, p256 } = await loadFixture(setUp);
    const verifier = (await p256.getAddress()).toLowerCase();
    const keys = hexBetween(1, 1004).map((key): Hex => `${verifier}${key.slice(2)}` as Hex);
    await fc.assert(
      fc.asyncProperty(fc.oneof(hex(20), keys), async (signer) => {
        fc.pre(!/^0x0{40}$/.test(signer));
        expect(await attesters.add.staticCall(attesterInput(signer))).to.equal(attesterIdOf(signer));
      }),
      RUNS,
    );
  });

  it("are equal for signs of life and successions", async () => {
    const { attesters, chainId } = await loadFixture(setUp);
    const domain = { chainId, registry: await attesters.getAddress() };
    await fc.assert(
      fc.asyncProperty(hex(32), hex(32), uint64, async (attesterId, other, blockNumber) => {
        const life = lifeMessage(domain, { attesterId, blockNumber, blockHash: other });
        expect(await attesters.lifeDigestOf(attesterId, blockNumber, other)).to.equal(life.digest);
        const succession = successionMessage(domain, { attesterId, successorId: other });
        expect(await attesters.successionDigestOf(attesterId, other)).to.equal(succession.digest);
      }),
      RUNS,
    );
  });

  it("are equal for models and releases that others send, whatever their names and labels", async () => {
    const { models, chainId } = await loadFixture(setUp);
    const registry = await models.getAddress();
    const wishes = fc.record({
      creator: hex(20),
      name: text,
      version: uint32,
      manifestReference: blob,
      blobsHash: hex(32),
      endEpoch: uint32,
      label: fc.option(text, { nil: undefined }),
      publisher: hex(20),
      deadline: uint64,
    });
    await fc.assert(
      fc.asyncProperty(wishes, async (random) => {
        const wish = { ...random, chainId, registry };
        const { creator, name, version, publisher, deadline } = wish;
        const modelId = modelIdOf(wish);
        expect(await models.modelIdOf(creator, name)).to.equal(modelId);
        const digest = await models.publishDigestOf(modelId, releaseStruct(wish), version, publisher, deadline);
        expect(digest).to.equal(messageOf(wish).digest);
      }),
      RUNS,
    );
  });
});
