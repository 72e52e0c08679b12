import { expect } from "chai";
import type { Block, Log, Provider } from "ethers";
import { Log as EthersLog } from "ethers";
import { encode } from "cborg";
import { readFile } from "node:fs/promises";
import { blobsHashOf, decodeManifest, encodeManifest } from "../../src/models/manifest-bytes.ts";
import { batchForChain } from "../../src/proofs/batch.ts";
import { ScrimshawError } from "../../src/errors.ts";
import { recordProof } from "../../src/proofs/record-proof.ts";
import { settleBatch } from "../../src/proofs/settle-batch.ts";
import { proofIdOf } from "../../src/proofs/proof.ts";
import type { Tensor } from "../../src/proofs/tensors.ts";
import { IProofVerifier__factory } from "../../typechain/factories/interfaces/IProofVerifier__factory.ts";
import { rejection } from "../support/rejection.ts";
import type { Hex } from "../../src/proofs/statement.ts";
import { blobIdToHex } from "../../src/walrus/blob-id.ts";
import type { BlobStore, GetOptions } from "../../src/walrus/blob-store.ts";
import { now } from "../contracts/support/deployment.ts";
import { AuditWorld, features, named } from "./support/audit-world.ts";
import { bend } from "./support/bend.ts";
import { bytes32 } from "./support/sample-proof.ts";

function withData(log: Log, data: string, provider: Provider): Log {
  const { transactionHash, blockHash, blockNumber, removed, address, topics, index, transactionIndex } = log;
  const params = { transactionHash, blockHash, blockNumber, removed, address, topics, index, transactionIndex, data };
  return new EthersLog(params, provider);
}

/** The log with the last digit of one word of its data changed. */
function withDigit(log: Log, word: number, provider: Provider): Log {
  const at = 2 + (word + 1) * 64 - 1;
  const digit = log.data[at] === "1" ? "2" : "1";
  return withData(log, log.data.slice(0, at) + digit + log.data.slice(at + 1), provider);
}

/** What a verifier answers to say yes. */
const YES = IProofVerifier__factory.createInterface().getFunction("verify").selector.padEnd(66, "0");

describe("auditProof against those who lie", () => {
  let world: AuditWorld;

  before(async () => {
    world = await AuditWorld.create();
  });
  beforeEach(() => world.remember());
  afterEach(() => world.restore());
  after(() => world.close());

  async function lyingNode(methods: (honest: Provider) => Partial<Provider>): Promise<{ readonly provider: Provider }> {
    const { provider } = await world.knowledge();
    return { provider: bend(provider, methods(provider)) };
  }

  it("finds a node that hides the event of a record", async () => {
    const id = await world.record(await world.make());
    const report = await world.audit(id, await lyingNode(() => ({ getLogs: () => Promise.resolve([]) })));
    expect(named(report, "failed")).to.deep.equal(["recorded"]);
  });

  for (const [what, word] of [
    ["another statement", 3],
    ["other evidence", 10],
    ["another anchor time", 12],
  ] as const) {
    it(`finds a node whose event of a record carries ${what}`, async () => {
      const id = await world.record(await world.make());
      const node = await lyingNode((honest) => ({
        getLogs: async (filter): Promise<Log[]> => {
          const logs = await honest.getLogs(filter);
          return logs.map((log) => withDigit(log, word, honest));
        },
      }));
      expect(named(await world.audit(id, node), "failed")).to.deep.equal(["recorded"]);
    });
  }

  it("finds a node that hides the settlement of a batch", async () => {
    const { batchId } = await world.settle([await world.make({ place: "batch" })]);
    const report = await world.audit(batchId, await lyingNode(() => ({ getLogs: () => Promise.resolve([]) })));
    expect(named(report, "failed")).to.deep.equal(["settled"]);
  });

  it("finds an anchor time that is not its block's", async () => {
    const later = await lyingNode((honest) => ({
      getBlock: async (block): Promise<Block | null> => {
        const found = await honest.getBlock(block);
        return found === null ? null : bend(found, { timestamp: found.timestamp + 1 });
      },
    }));
    const id = await world.record(await world.make());
    expect(named(await world.audit(id, later), "failed")).to.deep.equal(["anchor-time"]);
    const { batchId } = await world.settle([await world.make({ place: "batch" })]);
    expect(named(await world.audit(batchId, later), "failed")).to.deep.equal(["anchor-time"]);
  });

  it("finds that a record from a batch stands in a blob which holds none of it", async () => {
    const part = await world.make({ place: "batch" });
    const { bundle, entries, tree } = await world.settle([part]);
    const decoy = await world.store.put({ bytes: Buffer.from("a decoy") });
    const { settler } = world.deployed.accounts;
    const registry = world.deployed.proofs.connect(settler);
    const batch = batchForChain({ root: tree.root, count: 1, bundle: { ...bundle, blobId: decoy.blobId } });
    await registry.settle(batch);
    const batchId = (await registry.batchIdOf(settler.address, batch)) as Hex;
    const { proof, proofId, seal, offset, length } = entries[0]!;
    await registry.recordFromBatch(batchId, proof, offset, length, [...tree.merkleProof(proofId)!], seal);
    const accomplice: BlobStore = bend(world.store, {
      get: (options: GetOptions): Promise<Uint8Array> =>
        world.store.get(options.blobId === decoy.blobId ? { ...options, blobId: bundle.blobId } : options),
    });
    const recordId = (await registry.batchRecordIdOf(batchId, proofId)) as Hex;
    expect(named(await world.audit(recordId, { store: accomplice }), "failed")).to.deep.equal(["bundle-blob-id"]);
  });

  for (const [what, word] of [
    ["place", 12],
    ["seal", 17],
  ] as const)
    it(`finds a node that gives another ${what} for a proof recorded from a batch`, async () => {
      const { batchId, entries, tree } = await world.settle([await world.make({ place: "batch" })]);
      const { proof, proofId, seal, offset, length } = entries[0]!;
      await world.deployed.proofs.recordFromBatch(
        batchId,
        proof,
        offset,
        length,
        [...tree.merkleProof(proofId)!],
        seal,
      );
      const recordId = (await world.deployed.proofs.batchRecordIdOf(batchId, proofId)) as Hex;
      const node = await lyingNode((honest) => ({
        getLogs: async (filter): Promise<Log[]> =>
          (await honest.getLogs(filter)).map((log) => withDigit(log, word, honest)),
      }));
      const { topicHash } = world.deployed.proofs.interface.getEvent("BatchSettled");
      const onlyRecords = bend(node.provider, {
        getLogs: (filter): Promise<Log[]> =>
          (JSON.stringify(filter).includes(topicHash)
            ? world.deployed.proofs.runner!.provider!
            : node.provider
          ).getLogs(filter),
      });
      const report = await world.audit(recordId, { provider: onlyRecords, trustedVerifiers: [] });
      expect(named(report, "failed")).to.deep.equal(["position"]);
    });

  it("does not run an honest model's proof on a graph that a hostile model's manifest claims to be the same", async () => {
    const { stranger } = world.deployed.accounts;
    const registry = world.deployed.models.connect(stranger);
    await registry.register("iris");
    const modelId = (await registry.modelIdOf(stranger.address, "iris")) as Hex;
    const honest = world.model.manifest.files.find(({ graph }) => graph !== undefined)!;
    const weights = await readFile("examples/iris/model/iris.onnx");
    const evil = await world.store.put({ bytes: Buffer.concat([Buffer.from(weights).reverse(), Uint8Array.of(0)]) });
    const manifest = encodeManifest({
      ...world.model.manifest,
      blobs: [{ id: evil.blobId, sha256: evil.contentHash.slice(2), size: evil.size }],
      files: [{ ...honest, parts: [{ blob: 0, offset: 0, length: honest.size, sha256: honest.sha256 }] }],
    });
    const stored = await world.store.put({ bytes: manifest });
    await registry.publish(modelId, {
      manifest: { blobId: blobIdToHex(stored.blobId), contentHash: stored.contentHash, size: stored.size },
      blobsHash: blobsHashOf(decodeManifest(manifest)),
      endEpoch: 6,
      label: "",
    });
    const lie: Tensor = {
      name: world.session.outputNames[0]!,
      dtype: "float32",
      shape: [1, 3],
      data: new Uint8Array(12),
    };
    const lying = await world.make({ place: "batch", outputs: [lie] });
    const helpers = await Promise.all(
      [1, 2, 3, 4].map((i) =>
        world.make({
          place: "batch",
          modelId,
          modelVersion: 1,
          manifestHash: stored.contentHash,
          input: features(i, i, i, i),
        }),
      ),
    );
    const { batchId } = await world.settle([lying, ...helpers]);
    const { checks } = await world.audit(batchId);
    const reruns = checks.filter(({ check }) => check === "rerun");
    const ofLie = reruns.filter(({ proofId }) => proofId === proofIdOf(lying.proof));
    expect(ofLie.map(({ status }) => status)).to.deep.equal(["failed"]);
    expect(reruns.filter(({ status }) => status === "passed")).to.deep.equal([]);
  });

  it("reports on every proof of a batch although one of them has evidence that cannot be read", async () => {
    const honest = await world.make({ place: "batch" });
    const twice = { name: "features", dtype: "int8", shape: [1], data: Uint8Array.of(1) };
    const header = honest.evidence.subarray(0, 36);
    const body = encode({ schema: "scrimshaw.evidence/1", runtime: world.session.runtime, inputs: [twice, twice] });
    const broken = await world.seal(
      { statement: honest.proof.statement, evidence: Buffer.concat([header, body]) },
      { place: "batch" },
    );
    const { batchId } = await world.settle([honest, broken]);
    const report = await world.audit(batchId);
    expect(report.proofs).to.equal(2);
    expect(named(report, "failed")).to.deep.equal([]);
    expect(
      report.checks.filter(({ status }) => status === "not-checked").map(({ check, proofId }) => [check, proofId]),
    ).to.deep.equal([["rerun", proofIdOf(broken.proof)]]);
  });

  it("records and settles nothing whose bytes cannot be read back", async () => {
    const alone = await world.make();
    const inBatch = await world.make({ place: "batch" });
    const { accounts, proofs } = world.deployed;
    const unreadable: BlobStore = bend(world.store, {
      get: () =>
        Promise.reject(new ScrimshawError({ code: "walrus.blob-not-found", expected: "a", found: "b", next: "c" })),
    });
    const registry = proofs.connect(accounts.settler);
    const record = (): Promise<unknown> => recordProof({ part: alone, store: unreadable, registry });
    const settle = (): Promise<unknown> =>
      settleBatch({ parts: [inBatch], store: unreadable, registry, settler: accounts.settler.address });
    const before = await accounts.settler.getNonce();
    expect((await rejection(record)).code).to.equal("walrus.blob-not-confirmed");
    expect((await rejection(settle)).code).to.equal("walrus.blob-not-confirmed");
    expect(await accounts.settler.getNonce()).to.equal(before);
  });

  it("finds events that a node makes up from bytes that are none", async () => {
    const id = await world.record(await world.make());
    const node = await lyingNode((honest) => ({
      getLogs: async (filter): Promise<Log[]> => {
        const logs = await honest.getLogs(filter);
        return logs.map((log) => withData(log, "0x1234", honest));
      },
    }));
    expect((await rejection(() => world.audit(id, node))).code).to.equal("chain.logs-foreign");
  });

  it("finds a version that was registered with other blobs than its manifest lists", async () => {
    const registry = world.deployed.models.connect(world.deployed.accounts.stranger);
    await registry.register("iris");
    const modelId = (await registry.modelIdOf(world.deployed.accounts.stranger.address, "iris")) as Hex;
    const { blobId, contentHash, size } = world.model.manifestReference;
    const manifest = { blobId: blobIdToHex(blobId), contentHash, size };
    await registry.publish(modelId, { manifest, blobsHash: bytes32("other blobs"), endEpoch: 6, label: "" });
    const report = await world.audit(await world.record(await world.make({ modelId, modelVersion: 1 })));
    expect(named(report, "failed")).to.deep.equal(["manifest"]);
  });

  it("finds a version whose manifest is another model's", async () => {
    const registry = world.deployed.models.connect(world.deployed.accounts.stranger);
    await registry.register("roses");
    const modelId = (await registry.modelIdOf(world.deployed.accounts.stranger.address, "roses")) as Hex;
    const { manifestReference, blobsHash } = world.model;
    const manifest = {
      blobId: blobIdToHex(manifestReference.blobId),
      contentHash: manifestReference.contentHash,
      size: manifestReference.size,
    };
    await registry.publish(modelId, { manifest, blobsHash, endEpoch: 6, label: "" });
    const report = await world.audit(await world.record(await world.make({ modelId, modelVersion: 1 })));
    expect(named(report, "failed")).to.deep.equal(["manifest"]);
  });

  it("does not let a node say for a verifier that a seal holds which the attester's key did not make", async () => {
    const honest = await world.make({ place: "batch" });
    const other = await world.make({ place: "batch", input: features(6.3, 3.3, 6, 2.5) });
    const { batchId } = await world.settle([{ ...honest, seal: other.seal }]);
    const verifier = await world.deployed.verifier.getAddress();
    const yes = await lyingNode((node) => ({
      call: (request) => (request.to === verifier.toLowerCase() ? Promise.resolve(YES) : node.call(request)),
    }));
    const report = await world.audit(batchId, yes);
    expect(named(report, "failed")).to.deep.equal(["seal"]);
    expect(report.checks.find(({ check }) => check === "seal")!.detail).to.contain("do not trust this node");
  });

  it("finds a settled proof that was produced before its attester was admitted", async () => {
    const producedAt = (await now()) - 3000n;
    const { batchId } = await world.settle([await world.make({ place: "batch", producedAt })]);
    expect(named(await world.audit(batchId), "failed")).to.deep.equal(["seal", "attester"]);
  });

  it("does not hold in memory a bundle that the chain merely claims to be large", async () => {
    const { settler } = world.deployed.accounts;
    const registry = world.deployed.proofs.connect(settler);
    const bundle = { blobId: bytes32("nothing"), contentHash: bytes32("nothing"), size: 1n << 45n };
    const batch = { root: bytes32("root"), count: 1, bundle };
    await registry.settle(batch);
    const report = await world.audit((await registry.batchIdOf(settler.address, batch)) as Hex);
    expect(named(report, "not-checked")).to.deep.equal(["bundle-hash"]);
    expect(report.outcome).to.equal("incomplete");
  });
});
