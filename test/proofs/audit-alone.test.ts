import { expect } from "chai";
import { batchForChain } from "../../src/proofs/batch.ts";
import { proofIdOf } from "../../src/proofs/proof.ts";
import type { Evidence } from "../../src/proofs/proof.ts";
import type { Hex } from "../../src/proofs/statement.ts";
import { blobIdFromHex, blobIdToHex } from "../../src/walrus/blob-id.ts";
import type { BlobStore, GetOptions } from "../../src/walrus/blob-store.ts";
import { ethers } from "../contracts/support/chain.ts";
import { now } from "../contracts/support/deployment.ts";
import { AuditWorld, named } from "./support/audit-world.ts";
import { bend } from "./support/bend.ts";
import { bytes32 } from "./support/sample-proof.ts";

/** The checks that honest parts fail only in company; each of the others has its case beside what it is about. */
describe("auditProof fails in one check alone", () => {
  let world: AuditWorld;

  before(async () => {
    world = await AuditWorld.create();
  });
  beforeEach(() => world.remember());
  afterEach(() => world.restore());
  after(() => world.close());

  const failures = async (id: Hex, options: Parameters<AuditWorld["audit"]>[1] = {}): Promise<readonly string[]> =>
    named(await world.audit(id, { rerun: false, ...options }), "failed");

  /** An aggregator that answers with the bytes of another blob when it is asked for the decoy. */
  function answering({ decoy, real }: { readonly decoy: string; readonly real: string }): BlobStore {
    return bend(world.store, {
      get: (options: GetOptions) => world.store.get(options.blobId === decoy ? { ...options, blobId: real } : options),
    });
  }

  /** Records a vanilla proof that names other evidence than it has. */
  async function recordNaming(change: (evidence: Evidence) => Partial<Evidence>): Promise<Hex> {
    const { proof, evidence } = await world.make({ vanilla: true });
    await world.store.put({ bytes: evidence });
    const changed = { ...proof, evidence: { ...proof.evidence, ...change(proof.evidence) } };
    await world.deployed.proofs.connect(world.deployed.accounts.submitter).record(changed, "0x");
    return proofIdOf(changed);
  }

  it("bundle-hash, of a batch that names another hash of its bundle", async () => {
    const { bundle, tree } = await world.settle([await world.make({ place: "batch" })]);
    const { settler } = world.deployed.accounts;
    const registry = world.deployed.proofs.connect(settler);
    const other = { ...bundle, contentHash: bytes32("another bundle") };
    const batch = batchForChain({ root: tree.root, count: 1, bundle: other });
    await registry.settle(batch);
    const id = (await registry.batchIdOf(settler.address, batch)) as Hex;
    expect(await failures(id)).to.deep.equal(["bundle-hash"]);
  });

  it("evidence-hash, of a proof that names another hash of its evidence", async () => {
    const id = await recordNaming(() => ({ contentHash: bytes32("other evidence") }));
    expect(await failures(id)).to.deep.equal(["evidence-hash"]);
  });

  it("evidence-blob-id, of a proof that names a blob which holds something else, with an aggregator that hides it", async () => {
    let accomplice: BlobStore = world.store;
    const { blobId: decoy } = await world.store.put({ bytes: Buffer.from("a decoy") });
    const id = await recordNaming(({ blobId }) => {
      accomplice = answering({ decoy, real: blobIdFromHex(blobId) });
      return { blobId: blobIdToHex(decoy) };
    });
    expect(await failures(id, { store: accomplice })).to.deep.equal(["evidence-blob-id"]);
  });

  it("attester, of a proof whose verifier asks nobody about the attester", async () => {
    const verifier = ((await (await ethers.deployContract("OpenVerifier")).getAddress()) as Hex).toLowerCase() as Hex;
    const producedAt = (await now()) - 3000n;
    const { proof, evidence } = await world.make({ producedAt });
    await world.store.put({ bytes: evidence });
    const open = { ...proof, evidence: { ...proof.evidence, verifier } };
    await world.deployed.proofs.record(open, await world.deployed.proofs.digestOf(open));
    expect(await failures(proofIdOf(open), { trustedVerifiers: [verifier] })).to.deep.equal(["attester"]);
  });

  it("manifest-blob-id, of a version that names a blob which holds something else, with an aggregator that hides it", async () => {
    const { stranger } = world.deployed.accounts;
    const registry = world.deployed.models.connect(stranger);
    await registry.register("iris");
    const modelId = (await registry.modelIdOf(stranger.address, "iris")) as Hex;
    const { manifestReference, blobsHash } = world.model;
    const { contentHash, size } = manifestReference;
    const { blobId } = await world.store.put({ bytes: Buffer.from("a decoy") });
    const store = answering({ decoy: blobId, real: manifestReference.blobId });
    const manifest = { blobId: blobIdToHex(blobId), contentHash, size };
    await registry.publish(modelId, { manifest, blobsHash, endEpoch: 6, label: "" });
    const id = await world.record(await world.make({ modelId, modelVersion: 1 }));
    expect(await failures(id, { store })).to.deep.equal(["manifest-blob-id"]);
  });
});
