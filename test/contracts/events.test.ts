import { expect } from "chai";
import { id, ZeroAddress, zeroPadValue } from "ethers";
import { networkHelpers } from "./support/chain.ts";
import { deploy, type Deployment } from "./support/deployment.ts";
import { eventsOf } from "./support/events.ts";
import { release } from "./support/models.ts";
import { plain } from "./support/plain.ts";
import {
  attestedProof,
  batchOf,
  placeOf,
  proofIdOf,
  sealedBy,
  signProof,
  signWithdrawal,
  vanillaProof,
} from "./support/proofs.ts";

const { loadFixture } = networkHelpers;

type Row = Record<string, unknown>;

describe("Events", () => {
  it("of the model registry are enough to rebuild its state", async () => {
    const { models, accounts } = await loadFixture(deploy);
    for (const account of [accounts.publisher, accounts.stranger]) {
      const theirs = models.connect(account);
      await theirs.register("iris");
      const modelId = await models.modelIdOf(account, "iris");
      await theirs.publish(modelId, release("one", "v1"));
      await theirs.publish(modelId, release("two"));
      await theirs.setTag(modelId, "stable", 2);
      await theirs.setTag(modelId, "old", 1);
      await theirs.setTag(modelId, "old", 0);
      await theirs.setStatus(modelId, 1, 2, "broken");
      await theirs.renew(modelId, 2, 1000);
      for (const publisher of [accounts.settler, accounts.submitter, accounts.admin]) {
        await theirs.setPublisher(modelId, publisher, true);
      }
      await theirs.setPublisher(modelId, accounts.settler, false);
      for (const kind of [1, 2]) {
        await models.connect(accounts.settler).addDocument(modelId, 1, kind, release(`document ${kind}`).manifest);
      }
      await models.connect(accounts.settler).revokeDocument(modelId, 1, 2, "wrong");
      await theirs.offerModel(modelId, accounts.admin);
    }
    // The first of the two models changes hands; the second is on offer.
    await models.connect(accounts.admin).acceptModel(await models.modelIdOf(accounts.publisher, "iris"));

    const rebuilt = {
      models: new Map<string, Row>(),
      releases: new Map<string, Row>(),
      names: new Map<string, bigint>(),
      publishers: new Map<string, Set<unknown>>(),
      documents: new Map<string, Row>(),
    };
    for (const { name, args, time } of await eventsOf(models)) {
      const modelId = String(args["modelId"]);
      const { version, creator, tag, status } = args;
      if (name === "ModelRegistered") {
        const owner = { owner: creator, creator, pendingOwner: ZeroAddress };
        const row = { ...owner, versionCount: 0n, registeredAt: time, name: args["name"] };
        rebuilt.publishers.set(modelId, new Set());
        rebuilt.models.set(modelId, row);
      } else if (name === "VersionPublished") {
        const { label, ...rest } = args["release"] as Row;
        rebuilt.releases.set(`${modelId} ${String(version)}`, { ...rest, status: 0n, publishedAt: time });
        if (label !== "") rebuilt.names.set(`${modelId} label ${String(label)}`, version as bigint);
        Object.assign(rebuilt.models.get(modelId) ?? {}, { versionCount: version });
      } else if (name === "TagSet") {
        rebuilt.names.set(`${modelId} tag ${String(tag)}`, version as bigint);
      } else if (name === "StatusSet") {
        Object.assign(rebuilt.releases.get(`${modelId} ${String(version)}`) ?? {}, { status });
      } else if (name === "VersionRenewed") {
        Object.assign(rebuilt.releases.get(`${modelId} ${String(version)}`) ?? {}, { endEpoch: args["endEpoch"] });
      } else if (name === "PublisherSet") {
        if (args["allowed"] === true) rebuilt.publishers.get(modelId)?.add(args["publisher"]);
        else rebuilt.publishers.get(modelId)?.delete(args["publisher"]);
      } else if (name === "ModelOffered") {
        Object.assign(rebuilt.models.get(modelId) ?? {}, { pendingOwner: args["pendingOwner"] });
      } else if (name === "ModelTransferred") {
        const change = { owner: args["owner"], pendingOwner: ZeroAddress };
        Object.assign(rebuilt.models.get(modelId) ?? {}, change);
        rebuilt.publishers.set(modelId, new Set());
      } else if (name === "DocumentAdded") {
        const { author, kind, blob, number } = args;
        const document = { author, kind, revoked: false, addedAt: time, blob };
        rebuilt.documents.set(`${modelId} ${String(version)} ${String(number)}`, document);
      } else if (name === "DocumentRevoked") {
        const key = `${modelId} ${String(version)} ${String(args["number"])}`;
        Object.assign(rebuilt.documents.get(key) ?? {}, { revoked: true });
      } else throw new Error(`an indexer does not know ${name}`);
    }

    expect([...rebuilt.models.keys()]).to.deep.equal([...(await models.models(0, 500))]);
    expect(rebuilt.releases.size).to.equal(4);
    expect(rebuilt.names.size).to.equal(6);
    expect(rebuilt.documents.size).to.equal(4);
    expect([...rebuilt.publishers.values()].map(({ size }) => size)).to.deep.equal([0, 2]);
    for (const [modelId, row] of rebuilt.models) {
      expect(plain(await models.model(modelId))).to.deep.equal(row);
      const page = await models.versions(modelId, 0, 500);
      for (const [index, version] of page.entries()) {
        expect(plain(version)).to.deep.equal(rebuilt.releases.get(`${modelId} ${index + 1}`));
        const documents = await models.documents(modelId, index + 1, 0, 500);
        expect(documents).to.have.length(index === 0 ? 2 : 0);
        for (const [at, document] of documents.entries()) {
          expect(plain(document)).to.deep.equal(rebuilt.documents.get(`${modelId} ${index + 1} ${at + 1}`));
        }
      }
      expect(new Set(await models.publishers(modelId, 0, 500))).to.deep.equal(rebuilt.publishers.get(modelId));
      for (const tag of ["stable", "old"]) {
        expect(await models.versionOfTag(modelId, tag)).to.equal(rebuilt.names.get(`${modelId} tag ${tag}`));
      }
      expect(await models.versionOfLabel(modelId, "v1")).to.equal(rebuilt.names.get(`${modelId} label v1`));
    }
  });

  it("of the proof registry are enough to rebuild its state", async () => {
    const deployment = await loadFixture(deploy);
    const { proofs } = deployment;
    await useProofs(deployment);

    const records = new Map<string, Row>();
    const batches = new Map<string, Row>();
    const withdrawn = new Map<string, unknown>();
    for (const { name, args } of await eventsOf(proofs)) {
      const { anchoredAt, settler, settledAt } = args;
      const proofId = String(args["proofId"]);
      if (name === "BatchSettled") batches.set(String(args["batchId"]), { batch: args["batch"], settler, settledAt });
      else if (name === "ProofWithdrawn") withdrawn.set(proofId, args["withdrawnAt"]);
      else {
        const { statement, evidence } = args["proof"] as { statement: never; evidence: Row };
        const fromBatch = name === "ProofRecordedFromBatch";
        const bundle = batches.get(String(args["batchId"]))?.["batch"] as { bundle: Row } | undefined;
        const blobId = fromBatch ? bundle?.bundle["blobId"] : evidence["blobId"];
        const statementHash = await proofs.hashStatement(statement);
        const record = { ...evidence, proofId, statementHash, blobId, anchoredAt, fromBatch };
        records.set(String(args[fromBatch ? "recordId" : "proofId"]), record);
      }
    }

    expect([records.size, batches.size, withdrawn.size]).to.deep.equal([4, 1, 2]);
    for (const [recordId, row] of records) {
      const withdrawnAt = withdrawn.get(String(row["proofId"])) ?? 0n;
      const expected = { ...row, withdrawn: withdrawnAt !== 0n, withdrawnAt };
      expect(plain(await proofs.proofOf(recordId))).to.deep.equal(expected);
    }
    for (const [batchId, row] of batches) expect(plain(await proofs.batchOf(batchId))).to.deep.equal(row);
  });

  it("of the proof registry carry the seal and the place, so that anyone can check again", async () => {
    const deployment = await loadFixture(deploy);
    const { proofs } = deployment;
    await useProofs(deployment);
    for (const { name, args } of await eventsOf(proofs)) {
      if (!name.startsWith("ProofRecorded")) continue;
      const { statement, evidence } = args["proof"] as { statement: Row; evidence: Row };
      const proof = { statement, evidence } as never;
      expect(proofIdOf(proof)).to.equal(args["proofId"]);
      if (evidence["verifier"] === ZeroAddress) expect(args["seal"]).to.equal("0x");
      else {
        const answer = await deployment.verifier.verify(
          await proofs.digestOf(proof),
          proof,
          args["anchoredAt"] as bigint,
          args["seal"] as string,
        );
        expect(answer).to.equal(deployment.verifier.interface.getFunction("verify").selector);
      }
      if (name === "ProofRecordedFromBatch") expect(args["length"]).to.equal(evidence["size"]);
    }
  });
});

/** One proof of every kind: vanilla and attested, alone and from a batch, withdrawn and not. */
async function useProofs(deployment: Deployment): Promise<void> {
  const { proofs, attester, accounts } = deployment;
  const { submitter, settler } = accounts;
  const vanilla = await vanillaProof(submitter.address);
  await proofs.connect(submitter).record(vanilla, "0x");
  const attested = await attestedProof(deployment);
  await proofs.record(attested, await signProof(proofs, attester, attested));
  const two = [await attestedProof(deployment, "leaf"), await vanillaProof(settler.address, "own")];
  const { batch, leaves } = await batchOf(two, { sealOf: sealedBy(deployment) });
  await proofs.connect(settler).settle(batch);
  const batchId = await proofs.batchIdOf(settler, batch);
  for (const leaf of leaves) await proofs.recordFromBatch(...placeOf(batchId, leaf));
  await proofs.connect(submitter).withdraw(vanilla);
  const proofId = leaves[0]?.proofId ?? id("no leaf");
  expect(zeroPadValue(submitter.address, 32).toLowerCase()).to.equal(vanilla.evidence.attesterId.toLowerCase());
  await proofs.withdrawWithSeal(leaves[0]?.proof ?? attested, await signWithdrawal(proofs, attester, proofId));
}
