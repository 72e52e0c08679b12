import { expect } from "chai";
import { Wallet, ZeroHash, id } from "ethers";
import { createHash } from "node:crypto";
import { attesterIdOf } from "../../src/attesters/attester-id.ts";
import { addAttester } from "../../src/attesters/add-attester.ts";
import { approveMeasurement } from "../../src/attesters/approve-measurement.ts";
import type { DocumentTerms } from "../../src/attesters/check-document.ts";
import { verifyNitroDocument } from "../../src/attesters/nitro/verify-document.ts";
import type { AttesterRecord } from "../../src/attesters/records.ts";
import { walletAttester } from "../../src/attesters/sign-digest.ts";
import type { AttesterSigner, Hex } from "../../src/attesters/sign-digest.ts";
import { updateAttester } from "../../src/attesters/update-attester.ts";
import type { AuditReport, Check } from "../../src/proofs/audit/report.ts";
import { blobIdFromHex, blobIdToHex } from "../../src/walrus/blob-id.ts";
import type { BlobReference } from "../../src/walrus/blob-store.ts";
import { TestHypervisor, registersOf } from "../attesters/support/test-enclave.ts";
import type { DocumentSpec } from "../attesters/support/test-enclave.ts";
import { ethers, networkHelpers } from "../contracts/support/chain.ts";
import { attesterInput, now } from "../contracts/support/deployment.ts";
import { AuditWorld, named } from "./support/audit-world.ts";

const enclave = walletAttester(new Wallet(id("the key of an enclave")));
const { signer } = enclave;
const userData = createHash("sha256")
  .update(Buffer.from(signer.slice(2), "hex"))
  .digest();
const NOTHING = { blobId: ZeroHash, contentHash: ZeroHash, size: 0n };
const YEAR = 365n * 86_400n;
const DEBUG = Array.from({ length: 16 }, (_, index) => [index, Buffer.alloc(48)] as const);

describe("auditProof of who attested", () => {
  let world: AuditWorld;
  let hypervisor: TestHypervisor;

  let attester: AttesterRecord;
  let recordId: Hex;

  before(async () => {
    world = await AuditWorld.create();
    hypervisor = new TestHypervisor({ at: Number(await now()) * 1000 });
    const document = hypervisor.document({ userData });
    const { measurement } = verifyNitroDocument({ bytes: document, root: hypervisor.root });
    const registry = world.deployed.attesters;
    const validUntil = (await now()) + YEAR;
    await approveMeasurement({ registry, measurement, validFrom: 0n, validUntil, note: "an image" });
    const reference = { document: await world.store.put({ bytes: document }) };
    const admission = { signer, measurement, kind: "nitro", endpoint: "", validFrom: 0n, validUntil };
    ({ attester } = await addAttester({ registry, ...admission, ...reference }));
    recordId = await world.record(await world.make({ attester: enclave }));
  });
  beforeEach(() => world.remember());
  afterEach(() => world.restore());
  after(() => world.close());

  /** Gives the attester another document, as whoever admitted it may. */
  async function exchange(document: DocumentSpec | BlobReference): Promise<void> {
    const reference =
      "blobId" in document
        ? document
        : await world.store.put({ bytes: hypervisor.document({ userData, ...document }) });
    const { attesterId } = attester;
    await updateAttester({ registry: world.deployed.attesters, attesterId, document: reference });
  }

  const audit = (terms: DocumentTerms = { root: hypervisor.root }, id = recordId): Promise<AuditReport> =>
    world.audit(id, { attestationTerms: terms, rerun: false });

  const attestations = ({ checks }: AuditReport): readonly Check[] =>
    checks.filter(({ check }) => check === "attestation");

  it("verifies its document in one line, down to the pinned root", async () => {
    const report = await audit();
    expect(report.outcome, JSON.stringify(report.checks)).to.equal("passed");
    const [line, ...others] = attestations(report);
    expect(others).to.deep.equal([]);
    for (const part of [attester.attesterId, attester.measurement, "names the attester's key"])
      expect(line!.detail).to.contain(part);
  });

  it("asks once about an attester of many proofs, and not about those who have no document", async () => {
    const producedAt = await now();
    const making = { attester: enclave, place: "batch" } as const;
    const parts = [await world.make({ ...making, producedAt }), await world.make({ place: "batch" })];
    await networkHelpers.time.increase(10);
    const { batchId } = await world.settle([...parts, await world.make(making)]);
    const report = await audit({ root: hypervisor.root }, batchId);
    expect(report.outcome, JSON.stringify(report.checks)).to.equal("passed");
    expect(attestations(report)).to.have.length(1);
  });

  it("asks nothing of a vanilla proof, nor of an attester that nobody admitted", async () => {
    const parts = [{ vanilla: true }, { attester: walletAttester(new Wallet(id("a stranger"))) }];
    const { batchId } = await world.settle(
      await Promise.all(parts.map((part) => world.make({ ...part, place: "batch" }))),
    );
    const report = await audit({}, batchId);
    expect(named(report, "failed")).to.deep.equal(["seal", "attester"]);
    expect(attestations(report)).to.deep.equal([]);
  });

  describe("fails in this alone where its document", () => {
    for (const [what, document] of [
      ["names another key", () => ({ userData: Buffer.alloc(32, 1) })],
      ["measures something else than was approved", () => ({ pcrs: registersOf("another image") })],
      ["is of an enclave in debug mode", () => ({ pcrs: new Map(DEBUG) })],
      ["is not signed by its enclave", () => ({ signer: hypervisor.keyOf("root") })],
    ] as const) {
      it(what, async () => {
        await exchange(document());
        expect(named(await audit(), "failed")).to.deep.equal(["attestation"]);
      });
    }

    it("is of a hypervisor that is not of AWS", async () => {
      expect(named(await audit({}), "failed")).to.deep.equal(["attestation"]);
    });

    it("was too old when it came, unless its age is allowed for", async () => {
      await networkHelpers.time.increase(3 * 86_400);
      await exchange({ nonce: Buffer.from("made days ago") });
      expect(named(await audit(), "failed")).to.deep.equal(["attestation"]);
      const allowed = { root: hypervisor.root, maxAge: 4n * 86_400n };
      expect(named(await audit(allowed), "failed")).to.deep.equal([]);
    });

    it("has other bytes than the chain names", async () => {
      world.walrus.faults.flipByte({ blobId: attester.document!.blobId, offset: 1000 });
      expect(named(await audit(), "failed")).to.deep.equal(["attestation"]);
    });
  });

  describe("is incomplete where its document", () => {
    it("is nowhere to be had", async () => {
      await exchange({ ...attester.document!, blobId: blobIdFromHex(`0x${"11".repeat(32)}`) });
      const report = await audit();
      expect(named(report, "not-checked")).to.deep.equal(["attestation"]);
      expect(report.outcome).to.equal("incomplete");
    });

    it("is of a kind that is not known here", async () => {
      const { deployed } = world;
      const { blobId, contentHash, size } = attester.document!;
      const document = { blobId: blobIdToHex(blobId), contentHash, size };
      await deployed.attesters.setDocument(deployed.attesterId, document);
      const report = await audit({}, await world.record(await world.make()));
      expect(named(report, "not-checked")).to.deep.equal(["attestation"]);
      expect(report.outcome).to.equal("incomplete");
    });
  });

  describe("where a contract wallet signs", () => {
    const owner = new Wallet(id("the wallet's owner"));

    async function admitted(): Promise<{ readonly address: Hex; readonly attester: AttesterSigner }> {
      const wallet = await ethers.deployContract("SmartWallet", [owner.address]);
      const address = (await wallet.getAddress()).toLowerCase() as Hex;
      const admission = { kind: "wallet", document: NOTHING, measurement: ZeroHash };
      await world.deployed.attesters.add(attesterInput(address, admission));
      return { address, attester: { ...walletAttester(owner), signer: address, attesterId: attesterIdOf(address) } };
    }

    it("passes while the wallet stands by it, alone and in a batch", async () => {
      const { attester } = await admitted();
      const { batchId } = await world.settle([await world.make({ attester, place: "batch" })]);
      for (const id of [batchId, await world.record(await world.make({ attester }))]) {
        expect((await audit({}, id)).outcome).to.equal("passed");
      }
    });

    for (const [what, end] of [
      [
        "has another owner",
        async (address: Hex) => {
          const other = await ethers.deployContract("SmartWallet", [Wallet.createRandom().address]);
          await networkHelpers.setCode(address, await ethers.provider.getCode(other));
        },
      ],
      ["was revoked since", async (_: Hex, id: Hex) => world.deployed.attesters.revoke(id, await now(), "retired")],
    ] as const) {
      it(`is what the registry saw once the wallet ${what}, and incomplete for a batch, whose seals it did not`, async () => {
        const { address, attester } = await admitted();
        const recordId = await world.record(await world.make({ attester }));
        const { batchId } = await world.settle([await world.make({ attester, place: "batch" })]);
        await networkHelpers.time.increase(100);
        await end(address, attester.attesterId);
        const report = await audit({}, recordId);
        expect(report.outcome, JSON.stringify(report.checks)).to.equal("passed");
        const seal = report.checks.find(({ check }) => check === "seal");
        expect(seal!.detail).to.contain("does not stand up for the seal any more");
        expect(named(await audit({}, batchId), "not-checked")).to.deep.equal(["seal"]);
      });
    }

    it("fails like any other once it was revoked for a time before the proof", async () => {
      const { attester } = await admitted();
      const recordId = await world.record(await world.make({ attester }));
      await world.deployed.attesters.revoke(attester.attesterId, (await now()) - 1000n, "stolen");
      expect(named(await audit({}, recordId), "failed")).to.deep.equal(["seal", "attester"]);
    });
  });
});
