import { expect } from "chai";
import { ZeroHash } from "ethers";
import { createHash, generateKeyPairSync } from "node:crypto";
import { type Admission, addAttester, requireAdmissible } from "../../src/attesters/add-attester.ts";
import { approveMeasurement, closeApproval } from "../../src/attesters/approve-measurement.ts";
import { keyAttester } from "../../src/attesters/key-attester.ts";
import { listApprovals, listAttesters } from "../../src/attesters/list-attesters.ts";
import { proveLife } from "../../src/attesters/prove-life.ts";
import { findAttester, requireAttester } from "../../src/attesters/records.ts";
import { revokeAttester } from "../../src/attesters/revoke-attester.ts";
import { rotateAttester } from "../../src/attesters/rotate-attester.ts";
import type { AttesterSigner, Hex } from "../../src/attesters/sign-digest.ts";
import { seenSince } from "../../src/attesters/seen-since.ts";
import { standingOf } from "../../src/attesters/standing.ts";
import { updateAttester } from "../../src/attesters/update-attester.ts";
import { evidenceHash } from "../../src/proofs/evidence-bytes.ts";
import { sealProof } from "../../src/proofs/seal-proof.ts";
import { blobIdFromHex } from "../../src/walrus/blob-id.ts";
import { signOfLife } from "../contracts/support/attesters.ts";
import { ethers, networkHelpers } from "../contracts/support/chain.ts";
import { type Deployment, MEASUREMENT, deploy, now } from "../contracts/support/deployment.ts";
import { sampleStatement } from "../proofs/support/sample-proof.ts";
import { refusal } from "../support/rejection.ts";

const DAY = 86_400n;
const measurement = MEASUREMENT as Hex;

describe("Attesters in the registry", () => {
  const keys = {
    account: generateKeyPairSync("ec", { namedCurve: "secp256k1" }).privateKey,
    p256: generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey,
    rsa: generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey,
  };

  async function setUp(): Promise<Deployment> {
    return networkHelpers.loadFixture(deploy);
  }

  async function attesterOf({ p256, rsaPss }: Deployment, name: keyof typeof keys): Promise<AttesterSigner> {
    const verifiers = { p256: await p256.getAddress(), rsaPss: await rsaPss.getAddress() };
    return keyAttester({ privateKey: keys[name], verifiers });
  }

  const admission = async (signer: Hex, said: Partial<Admission> = {}): Promise<Admission> => ({
    ...{ signer, measurement, kind: "enclave", endpoint: "https://enclave.example", validFrom: 0n },
    validUntil: (await now()) + 30n * DAY,
    ...said,
  });

  for (const name of ["account", "p256", "rsa"] as const) {
    it(`admits the ${name} key, which records a proof and proves to be alive`, async () => {
      const deployed = await setUp();
      const { attesters, proofs, verifier, accounts } = deployed;
      const signer = await attesterOf(deployed, name);
      const { attester, transaction } = await addAttester({ registry: attesters, ...(await admission(signer.signer)) });
      expect(transaction?.gasUsed).to.be.a("bigint");
      expect(attester).to.deep.include({ attesterId: signer.attesterId, signer: signer.signer, measurement });
      expect(attester.signerKind).to.equal(name === "account" ? "account" : "key");
      expect(standingOf(attester, await now())).to.equal("valid");

      const evidence = Buffer.from("evidence");
      const statement = sampleStatement(name, { producedAt: await now() });
      const backing = { kind: "attester", attester: signer, verifier: (await verifier.getAddress()) as Hex } as const;
      const { chainId } = await ethers.provider.getNetwork();
      const domain = { chainId, proofRegistry: await proofs.getAddress() };
      const blobId = evidenceHash(evidence);
      const { proof, seal } = await sealProof({ statement, evidence, backing, domain, blobId });
      await (await proofs.connect(accounts.stranger).record(proof, seal)).wait();

      const registry = attesters.connect(accounts.stranger);
      const first = await proveLife({ registry, attester: signer });
      expect(first.attester.lastSeen?.blockNumber).to.equal(first.blockNumber);
      const second = await proveLife({ registry, attester: signer });
      expect(second.blockNumber > first.blockNumber).to.equal(true);
    });
  }

  it("admit a key once, and find it admitted when asked for the same again", async () => {
    const deployed = await setUp();
    const { signer } = await attesterOf(deployed, "rsa");
    const wanted = { registry: deployed.attesters, ...(await admission(signer)) };
    await addAttester(wanted);
    const again = await addAttester(wanted);
    expect(again.transaction).to.equal(undefined);
    for (const other of [{ measurement: ZeroHash }, { kind: "other" }])
      await refusal("attesters.added-otherwise", () => addAttester({ ...wanted, ...other }));
  });

  it("say beforehand that a key would be refused, and by what", async () => {
    const deployed = await setUp();
    const { signer } = await attesterOf(deployed, "rsa");
    const unapproved = await admission(signer, { measurement: `0x${"77".repeat(32)}` });
    const error = await refusal("chain.reverted", () => requireAdmissible(deployed.attesters, unapproved));
    expect(error.found).to.contain("AttesterRegistryMeasurementNotApproved");
    expect(error.next).to.contain("attester approve");
    const stranger = deployed.attesters.connect(deployed.accounts.stranger);
    const refused = await refusal("chain.reverted", async () => requireAdmissible(stranger, await admission(signer)));
    expect(refused.found).to.contain("AccessManagedUnauthorized");
  });

  it("approve a measurement once at a time, and close it for good", async () => {
    const { attesters: registry } = await setUp();
    const other: Hex = `0x${"77".repeat(32)}`;
    const terms = { registry, measurement: other, validFrom: 0n, validUntil: (await now()) + DAY, note: "v1" };
    const { approval } = await approveMeasurement(terms);
    expect(approval).to.include({ measurement: other, closedAt: undefined });
    expect((await approveMeasurement(terms)).transaction).to.equal(undefined);
    const { approvalId } = approval;
    const closed = await closeApproval({ registry, approvalId, reason: "a hole" });
    expect(standingOf(closed.approval, await now())).to.not.equal("valid");
    expect((await closeApproval({ registry, approvalId, reason: "again" })).transaction).to.equal(undefined);
    const again = await approveMeasurement({ ...terms, validUntil: terms.validUntil + DAY });
    expect(again.approval.approvalId).to.equal(approvalId + 1n);
    await refusal("attesters.approval-unknown", () => closeApproval({ registry, approvalId: 99n, reason: "" }));
    const { approvals, total } = await listApprovals({ registry, offset: 1 });
    expect(approvals.map((one) => one.approvalId)).to.deep.equal([approvalId, approvalId + 1n]);
    expect(total).to.equal(3);
  });

  it("revoke a key for a past time, and again only for an earlier one", async () => {
    const deployed = await setUp();
    const { attesters: registry, attesterId } = deployed as Deployment & { attesterId: Hex };
    const { validFrom } = (await findAttester(registry, attesterId))!;
    await networkHelpers.time.increase(3600);
    const theft = validFrom + 600n;
    const { attester } = await revokeAttester({ registry, attesterId, revokedAt: theft, reason: "stolen" });
    expect(attester).to.include({ revokedAt: theft, validUntil: theft });
    expect(standingOf(attester, await now())).to.equal("ended");
    expect((await revokeAttester({ registry, attesterId, reason: "now" })).transaction).to.equal(undefined);
    const earlier = await revokeAttester({ registry, attesterId, revokedAt: validFrom, reason: "earlier" });
    expect(standingOf(earlier.attester, await now())).to.equal("never");
    await refusal("attesters.unknown", () =>
      revokeAttester({ registry, attesterId: `0x${"11".repeat(32)}`, reason: "" }),
    );
  });

  it("rotate to a key whose holder signs for it, link the two, and do it once", async () => {
    const deployed = await setUp();
    const { attesters: registry, attesterId } = deployed as Deployment & { attesterId: Hex };
    const holder = await attesterOf(deployed, "p256");
    const successor = await admission(holder.signer);
    const rotation = { registry, attesterId, successor, overlap: 600n, holder };
    const { before, successor: after } = await rotateAttester(rotation);
    expect(before.successor).to.equal(holder.attesterId);
    expect(after.predecessor).to.equal(attesterId);
    expect(before.validUntil).to.equal((await now()) + 600n);
    expect((await rotateAttester(rotation)).transaction).to.equal(undefined);
  });

  it("do not rotate to a key that somebody else signs for", async () => {
    const deployed = await setUp();
    const { attesters: registry, attesterId } = deployed as Deployment & { attesterId: Hex };
    const { signer } = await attesterOf(deployed, "p256");
    const holder = { ...(await attesterOf(deployed, "rsa")), signer };
    const rotation = { registry, attesterId, successor: await admission(signer), overlap: 0n, holder };
    const error = await refusal("chain.reverted", () => rotateAttester(rotation));
    expect(error.found).to.contain("AttesterRegistryInvalidSignature");
  });

  it("change endpoint and document, and send nothing for what is so already", async () => {
    const { attesters: registry, attesterId: id } = await setUp();
    const attesterId = id as Hex;
    const bytes = Buffer.from("document");
    const contentHash = `0x${createHash("sha256").update(bytes).digest("hex")}` as const;
    const document = { blobId: blobIdFromHex(contentHash), contentHash, size: bytes.length };
    const change = { registry, attesterId, endpoint: "https://elsewhere.example", document };
    const { attester, transactions } = await updateAttester(change);
    expect(transactions).to.have.length(2);
    expect(attester).to.deep.include({ endpoint: change.endpoint, document });
    expect((await updateAttester(change)).transactions).to.deep.equal([]);
    expect((await updateAttester({ registry, attesterId, endpoint: "" })).attester.endpoint).to.equal("");
  });

  it("count as seen from the block that they signed, not from when somebody brought that", async () => {
    const { attesters: registry, attester: key, attesterId } = await setUp();
    const life = await signOfLife({ attesters: registry }, key);
    const signedAt = await now();
    await networkHelpers.time.increase(1000);
    await registry.proveLife(...life);
    const attester = await requireAttester(registry, attesterId as Hex);
    expect(attester.lastSeen!.time >= signedAt + 1000n).to.equal(true);
    for (const [since, count] of [
      [signedAt, 1],
      [signedAt + 1n, 0],
    ] as const) {
      expect(await seenSince({ registry, attesters: [attester], since })).to.have.length(count);
    }
  });

  it("list attesters page by page, in the order of admission", async () => {
    const deployed = await setUp();
    const { attesters: registry } = deployed;
    const added: Hex[] = [deployed.attesterId as Hex];
    for (const name of ["account", "p256", "rsa"] as const) {
      const { signer, attesterId } = await attesterOf(deployed, name);
      await addAttester({ registry, ...(await admission(signer)) });
      added.push(attesterId);
    }
    const { attesters, total } = await listAttesters({ registry, offset: 1, limit: 2 });
    expect(attesters.map(({ attesterId }) => attesterId)).to.deep.equal(added.slice(1, 3));
    expect(total).to.equal(4);
    expect((await listAttesters({ registry, offset: 9 })).attesters).to.deep.equal([]);
  });
});
