import { expect } from "chai";
import { ZeroHash } from "ethers";
import { createHash, generateKeyPairSync } from "node:crypto";
import { closeApproval } from "../../src/attesters/approve-measurement.ts";
import type { AttesterRecord } from "../../src/attesters/records.ts";
import { revokeAttester } from "../../src/attesters/revoke-attester.ts";
import type { Hex } from "../../src/attesters/sign-digest.ts";
import { updateAttester } from "../../src/attesters/update-attester.ts";
import { blobIdFromHex } from "../../src/walrus/blob-id.ts";
import { networkHelpers } from "../contracts/support/chain.ts";
import { now } from "../contracts/support/deployment.ts";
import { refusal } from "../support/rejection.ts";
import { AttesterWorld, checksThat } from "./support/attester-world.ts";
import { realDocument } from "./support/real-document.ts";
import type { DocumentSpec, TestHypervisor } from "./support/test-enclave.ts";
import { registersOf } from "./support/test-enclave.ts";

const YEAR = 365 * 86_400;
const ALL = [
  "validity",
  "approval",
  "document-hash",
  "document-blob-id",
  "document",
  "document-key",
  "measurement",
  "document-time",
];

describe("verifyAttester", function () {
  this.timeout(120_000);
  const key = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const publicKey = key.publicKey.export({ type: "spki", format: "der" });
  let world: AttesterWorld;
  let hypervisor: TestHypervisor;

  let usual: Uint8Array;

  before(async () => {
    world = await AttesterWorld.create();
    hypervisor = await world.hypervisor();
    usual = hypervisor.document({ publicKey });
  });
  afterEach(() => world.restore());
  after(() => world.close());

  const sayingOf = (bytes = usual, signer = world.signerOf(key.publicKey)) =>
    world.admission(signer, { bytes, root: hypervisor.root });
  const admitted = async (document?: DocumentSpec): Promise<AttesterRecord> =>
    world.admit(await sayingOf(document && hypervisor.document(document)));
  const verify = (attesterId: Hex, overrides = {}) => world.verify(attesterId, { root: hypervisor.root }, overrides);

  it("answers every question from the chain and Walrus alone", async () => {
    const { attesterId } = await admitted();
    const verification = await verify(attesterId);
    expect(checksThat("passed", verification)).to.deep.equal(ALL);
    expect(verification.outcome).to.equal("passed");
    expect(verification.document?.measurement).to.equal(verification.attester.measurement);
  });

  it("gives the same answers years later, when the certificates and the attester have long expired", async () => {
    const { attesterId } = await admitted();
    const { answers } = await verify(attesterId);
    await networkHelpers.time.increase(30 * YEAR);
    expect((await verify(attesterId)).answers).to.deep.equal(answers);
  });

  it("says that a document of our own hypervisor is not of AWS", async () => {
    const { attesterId } = await admitted();
    const verification = await world.verify(attesterId, {});
    expect(checksThat("failed", verification)).to.deep.equal(["document"]);
    expect(verification.outcome).to.equal("failed");
  });

  it("keeps its answers when a key is revoked, and changes only the end", async () => {
    const { attesterId } = await admitted();
    const before = await verify(attesterId);
    await networkHelpers.time.increase(3600);
    const { attester } = await revokeAttester({ registry: world.registry, attesterId, reason: "stolen" });
    const after = await verify(attesterId);
    expect(after.outcome).to.equal("passed");
    expect(after.answers.slice(1)).to.deep.equal(before.answers.slice(1));
    expect(after.answers[0]!.detail).to.contain(new Date(Number(attester.validUntil) * 1000).toISOString());
  });

  it("fails when the key is revoked from its beginning on, or its approval closed before it", async () => {
    const { attesterId, validFrom, approvalId } = await admitted();
    await revokeAttester({ registry: world.registry, attesterId, revokedAt: validFrom, reason: "never ours" });
    expect(checksThat("failed", await verify(attesterId))).to.deep.equal(["validity"]);
    await closeApproval({
      registry: world.registry,
      approvalId: approvalId!,
      closedAt: validFrom - 1n,
      reason: "a hole",
    });
    expect(checksThat("failed", await verify(attesterId))).to.deep.equal(["validity", "approval"]);
  });

  it("is incomplete for a key without a document, whose admission is all there is", async () => {
    const signer = world.signerOf(generateKeyPairSync("ec", { namedCurve: "secp256k1" }).publicKey);
    const plain = { signer, measurement: ZeroHash, kind: "key", endpoint: "", validFrom: 0n };
    const { attesterId } = await world.admit({ ...plain, validUntil: (await now()) + 1000n });
    const verification = await verify(attesterId);
    expect(verification.outcome).to.equal("incomplete");
    expect(checksThat("not-checked", verification)).to.deep.equal(["document"]);
  });

  it("refuses an attester that nobody admitted", async () => {
    await refusal("attesters.unknown", () => verify(`0x${"11".repeat(32)}`));
  });

  describe("when the enclave's operator is hostile", () => {
    it("finds a document that names another key", async () => {
      const other = generateKeyPairSync("rsa", { modulusLength: 2048 });
      const { attesterId } = await admitted({ publicKey: other.publicKey.export({ type: "spki", format: "der" }) });
      expect(checksThat("failed", await verify(attesterId))).to.deep.equal(["document-key"]);
    });

    it("finds an honest enclave's key behind a verifier that accepts anything", async () => {
      const honest = world.signerOf(key.publicKey);
      const hostile: Hex = `0x${(await world.deployed.proofs.getAddress()).slice(2).toLowerCase()}${honest.slice(42)}`;
      const userData = createHash("sha256")
        .update(Buffer.from(hostile.slice(2), "hex"))
        .digest();
      const { attesterId } = await world.admit(await sayingOf(hypervisor.document({ publicKey, userData }), hostile));
      expect(checksThat("failed", await verify(attesterId))).to.deep.equal(["document-key"]);
    });

    it("finds a measurement that is not the document's, though it is approved", async () => {
      const approved = await sayingOf();
      const other = hypervisor.document({ publicKey, pcrs: registersOf("a hostile image") });
      const { attesterId } = await world.admit({ ...approved, document: await world.put(other) });
      expect(checksThat("failed", await verify(attesterId))).to.deep.equal(["measurement"]);
    });

    it("finds a document that was exchanged for another enclave's later on", async () => {
      const { attesterId } = await admitted();
      const document = await world.put(hypervisor.document({ pcrs: registersOf("another") }));
      await updateAttester({ registry: world.registry, attesterId, document });
      expect(checksThat("failed", await verify(attesterId))).to.deep.equal(["document-key", "measurement"]);
    });

    it("finds a document that was far too old when it was admitted, unless its age is allowed for", async () => {
      await networkHelpers.time.increase(3 * 86_400);
      const { attesterId } = await admitted();
      expect(checksThat("failed", await verify(attesterId))).to.deep.equal(["document-time"]);
      const allowed = await world.verify(attesterId, { root: hypervisor.root, maxAge: 4n * 86_400n });
      expect(allowed.outcome).to.equal("passed");
    });

    it("judges an exchanged document by the time at which it came, not by the attester's admission", async () => {
      const { attesterId } = await admitted();
      await networkHelpers.time.increase(90 * 86_400);
      const fresh = await world.hypervisor();
      const document = await world.put(fresh.document({ publicKey }));
      await updateAttester({ registry: world.registry, attesterId, document });
      expect((await world.verify(attesterId, { root: fresh.root })).outcome).to.equal("passed");
    });

    it("finds a document from the future", async () => {
      const at = Number(await now()) * 1000;
      const { attesterId } = await admitted({ publicKey, timestamp: at + 3_600_000 });
      expect(checksThat("failed", await verify(attesterId))).to.deep.equal(["document-time"]);
    });

    it("finds a nonce that is not the one that was asked for", async () => {
      const { attesterId } = await admitted({ publicKey, nonce: Buffer.from("mine") });
      const terms = { root: hypervisor.root, nonce: Buffer.from("yours") };
      expect(checksThat("failed", await world.verify(attesterId, terms))).to.deep.equal(["document"]);
      expect((await world.verify(attesterId, { ...terms, nonce: Buffer.from("mine") })).outcome).to.equal("passed");
    });

    it("finds that the real document of somebody else's enclave names another key", async () => {
      const admission = await sayingOf();
      const { attesterId } = await world.admit({ ...admission, document: await world.put(realDocument()) });
      const verification = await world.verify(attesterId, { maxAge: 10n ** 12n });
      expect(checksThat("passed", verification)).to.include("document");
      expect(checksThat("failed", verification)).to.include("document-key").and.include("measurement");
    });

    it("finds a reference to something far larger than a document, and does not fetch it", async () => {
      const admission = await sayingOf();
      const { attesterId } = await world.admit({ ...admission, document: { ...admission.document, size: 2 ** 40 } });
      const store = { get: () => Promise.reject(new Error("it was fetched")) };
      expect(checksThat("failed", await verify(attesterId, { store }))).to.deep.equal(["document-hash"]);
    });

    it("does not take a document for checked that is of a kind which is not known here, and does not fetch it", async () => {
      const admission = await sayingOf();
      const { attesterId } = await world.admit({ ...admission, kind: "tdx" });
      const store = { get: () => Promise.reject(new Error("it was fetched")) };
      const verification = await verify(attesterId, { store });
      expect(checksThat("not-checked", verification)).to.deep.equal(["document"]);
      expect(verification.outcome).to.equal("incomplete");
    });
  });

  describe("when the aggregator is hostile", () => {
    it("finds bytes other than those that the chain names", async () => {
      const { attesterId, document } = await admitted();
      world.walrus.faults.flipByte({ blobId: document!.blobId, offset: 1000 });
      expect(checksThat("failed", await verify(attesterId))).to.deep.equal(["document-hash"]);
    });

    it("cannot check what it does not get", async () => {
      const { attesterId } = await admitted();
      const { document: stored } = await sayingOf();
      const document = { ...stored, blobId: blobIdFromHex(`0x${"11".repeat(32)}`) };
      await updateAttester({ registry: world.registry, attesterId, document });
      const verification = await verify(attesterId);
      expect(checksThat("not-checked", verification)).to.deep.equal(["document-hash"]);
      expect(verification.outcome).to.equal("incomplete");
    });

    it("finds bytes that have the hash, and not the Blob ID", async () => {
      const { attesterId, document } = await admitted();
      const bytes = await world.store.get({ blobId: document!.blobId });
      const other = await world.put(Buffer.from("something else"));
      await world.registry.setDocument(attesterId, {
        blobId: `0x${Buffer.from(other.blobId, "base64url").toString("hex")}`,
        contentHash: document!.contentHash,
        size: document!.size,
      });
      const store = { get: () => Promise.resolve(bytes) };
      expect(checksThat("failed", await verify(attesterId, { store }))).to.deep.equal(["document-blob-id"]);
    });
  });
});
