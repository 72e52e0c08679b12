import { expect } from "chai";
import { id, ZeroHash } from "ethers";
import { BLOBS, DAY } from "../support/availability.ts";
import { ethers, networkHelpers } from "../support/chain.ts";
import { now } from "../support/deployment.ts";
import { PRICE, withRequest } from "../support/escrow.ts";
import { signWithdrawal } from "../support/proofs.ts";

const { loadFixture, time } = networkHelpers;

describe("Attacks on InferenceEscrow", () => {
  it("paying twice: the same proof again, recorded or batched, other evidence, another output", async () => {
    const { escrow, terms, requestId, answer, record, settle, policy, attesterId, provider } = await withTwoRequests();
    const proof = await answer();
    const recordId = await record(proof);
    const inBatch = await settle(proof);
    const elsewhere = await settle(proof, { seed: "another batch" });
    const again = await answer({}, { contentHash: id("other evidence") });
    const otherwise = await answer({ outputHash: id("another output") });
    const [againId, otherwiseId] = [await record(again), await record(otherwise)];
    await escrow.claim(requestId, terms, BLOBS, proof.statement, recordId);
    for (const second of [
      () => escrow.claim(requestId, terms, BLOBS, proof.statement, recordId),
      () => escrow.claim(requestId, terms, BLOBS, again.statement, againId),
      () => escrow.claim(requestId, terms, BLOBS, otherwise.statement, otherwiseId),
      () => escrow.claimInBatch(requestId, terms, BLOBS, inBatch),
      () => escrow.claimInBatch(requestId, terms, BLOBS, elsewhere),
    ]) {
      await expect(second())
        .to.be.revertedWithCustomError(escrow, "SpentProofsAlreadySpent")
        .withArgs(policy.verifier, attesterId, requestId);
    }
    expect(await escrow.owed(provider)).to.equal(PRICE);
  });

  it("paying twice because an attester is named twice", async () => {
    const { escrow, terms, attesterId, provider, second, client, answer, record } = await loadFixture(withRequest);
    const twice = {
      ...terms,
      policy: { ...terms.policy, attesterIds: [attesterId, attesterId] },
      payees: [provider.address, second.address],
    };
    const requestId = await escrow.requestIdOf(1);
    await escrow.connect(client).request(twice, { value: 2n * PRICE });
    const proof = await answer({ requestId });
    const recordId = await record(proof);
    await escrow.claim(requestId, twice, BLOBS, proof.statement, recordId);
    await expect(escrow.claim(requestId, twice, BLOBS, proof.statement, recordId)).to.be.revertedWithCustomError(
      escrow,
      "SpentProofsAlreadySpent",
    );
    expect([await escrow.owed(provider), await escrow.owed(second)]).to.deep.equal([PRICE, 0n]);
  });

  it("a proof for another request, another consumer or another question", async () => {
    const { escrow, terms, requestId, otherRequestId, answer, record, proofs, lens, walrus } = await withTwoRequests();
    const otherEscrow = await ethers.deployContract("InferenceEscrow", [
      await lens.getAddress(),
      await walrus.lens.getAddress(),
    ]);
    for (const fields of [
      { requestId: otherRequestId },
      { requestId: await otherEscrow.requestIdOf(0) },
      { requestId: ZeroHash },
      { inputHash: id("another input") },
      { modelId: id("another model") },
      { modelVersion: 2n },
    ]) {
      const { statement, evidence } = await answer(fields);
      const recordId = await record({ statement, evidence });
      await expect(escrow.claim(requestId, terms, BLOBS, statement, recordId)).to.be.revertedWithCustomError(
        escrow,
        "InferenceEscrowOtherQuestion",
      );
      // Nor with the right words over the wrong record.
      const right = (await answer()).statement;
      await expect(escrow.claim(requestId, terms, BLOBS, right, recordId))
        .to.be.revertedWithCustomError(lens, "ProofLensOtherStatement")
        .withArgs(recordId, await proofs.hashStatement(statement), await proofs.hashStatement(right));
    }
  });

  it("other terms than were agreed on: a cheaper policy, another payee, another request's", async () => {
    const { escrow, terms, requestId, otherRequestId, otherTerms, answer, record, second } = await withTwoRequests();
    const proof = await answer();
    const recordId = await record(proof);
    for (const changed of [
      { ...terms, payees: [second.address] },
      { ...terms, policy: { ...terms.policy, maxAge: 0n } },
      { ...terms, price: PRICE + 1n },
      { ...terms, deadline: terms.deadline + 1n },
      otherTerms,
    ]) {
      await expect(escrow.claim(requestId, changed, BLOBS, proof.statement, recordId)).to.be.revertedWithCustomError(
        escrow,
        "InferenceEscrowOtherTerms",
      );
      await expect(escrow.refund(requestId, changed)).to.be.revertedWithCustomError(
        escrow,
        "InferenceEscrowOtherTerms",
      );
    }
    await expect(escrow.claim(otherRequestId, terms, BLOBS, proof.statement, recordId)).to.be.revertedWithCustomError(
      escrow,
      "InferenceEscrowOtherTerms",
    );
    await expect(escrow.claim(id("no request"), terms, BLOBS, proof.statement, recordId))
      .to.be.revertedWithCustomError(escrow, "InferenceEscrowOtherTerms")
      .withArgs(id("no request"), (await escrow.requestOf(requestId)).termsHash, ZeroHash);
  });

  it("another manifest: in the statement, and a version that holds another than was agreed on", async () => {
    const { escrow, terms, requestId, answer, record, lens, client } = await loadFixture(withRequest);
    const proof = await answer({ manifestHash: id("another manifest") });
    const recordId = await record(proof);
    await expect(escrow.claim(requestId, terms, BLOBS, proof.statement, recordId))
      .to.be.revertedWithCustomError(lens, "ProofLensOtherManifest")
      .withArgs(recordId, id("another manifest"), terms.policy.manifestHash);
    const wrong = { ...terms, policy: { ...terms.policy, manifestHash: id("another manifest") } };
    const wrongId = await escrow.requestIdOf(1);
    await escrow.connect(client).request(wrong, { value: PRICE });
    const fitting = await answer({ manifestHash: id("another manifest"), requestId: wrongId });
    await expect(escrow.claim(wrongId, wrong, BLOBS, fitting.statement, await record(fitting)))
      .to.be.revertedWithCustomError(escrow, "InferenceEscrowModelRefused")
      .withArgs(wrongId, terms.policy.manifestHash, false);
  });

  it("a proof that was withdrawn, whose attester was revoked, that nobody checked, or that another attester made", async () => {
    const deployment = await loadFixture(withRequest);
    const { escrow, terms, requestId, answer, record, settle, lens, proofs, attesters, attester, attesterId } =
      deployment;
    const proof = await answer();
    const recordId = await record(proof);
    const batched = await settle(proof);
    const claims = [
      () => escrow.claim(requestId, terms, BLOBS, proof.statement, recordId),
      () => escrow.claimInBatch(requestId, terms, BLOBS, batched),
    ];
    const before = await networkHelpers.takeSnapshot();
    await attesters.revoke(attesterId, (await now()) - 600n, "the key was stolen");
    for (const claim of claims) await expect(claim()).to.be.revert(ethers);
    await expect(claims[0]!()).to.be.revertedWithCustomError(lens, "ProofLensAttesterNotValid");
    await before.restore();
    await proofs.withdrawWithSeal(proof, await signWithdrawal(proofs, attester, recordId));
    await expect(claims[0]!()).to.be.revertedWithCustomError(lens, "ProofLensWithdrawn");
    await proofs.withdrawWithSeal(batched.proof, await signWithdrawal(proofs, attester, batched.proofId));
    await expect(claims[1]!()).to.be.revertedWithCustomError(proofs, "ProofRegistryWithdrawn");
    await before.restore();
    const open = await ethers.deployContract("OpenVerifier");
    const made = await answer({}, { verifier: await open.getAddress() });
    await proofs.record(made, await proofs.digestOf(made));
    await expect(
      escrow.claim(requestId, terms, BLOBS, made.statement, await proofs.proofIdOf(made)),
    ).to.be.revertedWithCustomError(lens, "ProofLensOtherVerifier");
    await before.restore();
    await time.increase(terms.policy.maxAge + 1n);
    for (const claim of claims) await expect(claim()).to.be.revertedWithCustomError(lens, "ProofLensTooOld");
  });

  it("a model that is not there: a stale certificate, another list of blobs, a revoked version", async () => {
    const { escrow, terms, client, answer, record, walrus, models } = await loadFixture(withRequest);
    const long = { ...terms, deadline: terms.deadline + 2n * DAY };
    const requestId = await escrow.requestIdOf(1);
    await escrow.connect(client).request(long, { value: PRICE });
    const proof = await answer({ requestId });
    const recordId = await record(proof);
    await expect(
      escrow.claim(requestId, long, BLOBS.slice(1), proof.statement, recordId),
    ).to.be.revertedWithCustomError(walrus.lens, "AvailabilityLensOtherBlobs");
    const before = await networkHelpers.takeSnapshot();
    await models.connect(walrus.source).setStatus(terms.modelId, 1, 1, "there is a better one");
    await escrow.claim.staticCall(requestId, long, BLOBS, proof.statement, recordId);
    await models.connect(walrus.source).setStatus(terms.modelId, 1, 2, "wrong weights");
    await expect(escrow.claim(requestId, long, BLOBS, proof.statement, recordId))
      .to.be.revertedWithCustomError(escrow, "InferenceEscrowModelRefused")
      .withArgs(requestId, terms.policy.manifestHash, true);
    await before.restore();
    await time.increaseTo(walrus.committee.startsAt + DAY + 1n);
    const late = await answer({ requestId });
    await expect(escrow.claim(requestId, long, BLOBS, late.statement, recordId)).to.be.revertedWithCustomError(
      walrus.lens,
      "AvailabilityLensNotAvailable",
    );
  });

  it("front-running: who presents a provider's proof first pays that provider", async () => {
    const { escrow, terms, requestId, answer, settle, provider, accounts } = await loadFixture(withRequest);
    const batched = await settle(await answer());
    await escrow.connect(accounts.stranger).claimInBatch(requestId, terms, BLOBS, batched);
    expect([await escrow.owed(provider), await escrow.owed(accounts.stranger)]).to.deep.equal([PRICE, 0n]);
    await expect(escrow.connect(accounts.stranger).withdraw()).to.be.revertedWithCustomError(
      escrow,
      "InferenceEscrowNothingOwed",
    );
  });

  it("front-running: a request that comes first takes the number, and no answer to it counts for the other", async () => {
    const { escrow, terms, client, otherClient, second, answer, record } = await loadFixture(withRequest);
    const expectedId = await escrow.requestIdOf(1);
    const theirs = { ...terms, payees: [second.address] };
    await escrow.connect(otherClient).request(theirs, { value: PRICE });
    await escrow.connect(client).request(terms, { value: PRICE });
    const proof = await answer({ requestId: expectedId });
    const recordId = await record(proof);
    const mineId = await escrow.requestIdOf(2);
    for (const [requestId, error] of [
      [expectedId, "InferenceEscrowOtherTerms"],
      [mineId, "InferenceEscrowOtherQuestion"],
    ] as const) {
      await expect(escrow.claim(requestId, terms, BLOBS, proof.statement, recordId)).to.be.revertedWithCustomError(
        escrow,
        error,
      );
    }
    expect((await escrow.requestOf(mineId)).remaining).to.equal(PRICE);
  });

  it("a provider that comes back while it is paid, to be paid again", async () => {
    const { escrow, terms, client, answer, settle } = await loadFixture(withRequest);
    const payee = await ethers.deployContract("ReenteringPayee", [await escrow.getAddress()]);
    const theirs = { ...terms, payees: [await payee.getAddress()] };
    const requestId = await escrow.requestIdOf(1);
    await escrow.connect(client).request(theirs, { value: PRICE });
    const batched = await settle(await answer({ requestId }));
    await escrow.claimInBatch(requestId, theirs, BLOBS, batched);
    const withdraw = escrow.interface.encodeFunctionData("withdraw");
    const claim = escrow.interface.encodeFunctionData("claimInBatch", [requestId, theirs, BLOBS, batched]);
    for (const onReceive of [withdraw, claim]) {
      await expect(payee.getFunction("act")(withdraw, onReceive)).to.be.revert(ethers);
    }
    expect(await escrow.owed(payee)).to.equal(PRICE);
    // One that behaves is paid, and others' money stays.
    const harmless = escrow.interface.encodeFunctionData("owed", [await payee.getAddress()]);
    await expect(payee.getFunction("act")(withdraw, harmless)).to.changeEtherBalances(
      ethers,
      [escrow, payee],
      [-PRICE, PRICE],
    );
    expect(await ethers.provider.getBalance(escrow)).to.equal(PRICE);
  });

  it("a payee that takes no ether holds up nobody else", async () => {
    const { escrow, terms, requestId, client, answer, record, provider, proofs } = await loadFixture(withRequest);
    const theirs = { ...terms, payees: [await proofs.getAddress()] };
    const theirId = await escrow.requestIdOf(1);
    await escrow.connect(client).request(theirs, { value: PRICE });
    const refused = await answer({ requestId: theirId });
    await escrow.claim(theirId, theirs, BLOBS, refused.statement, await record(refused));
    const paid = await answer();
    await escrow.claim(requestId, terms, BLOBS, paid.statement, await record(paid));
    await expect(escrow.connect(provider).withdraw()).to.changeEtherBalance(ethers, provider, PRICE);
  });
});

/** Beside the first request another client's, for the same model and of the same provider. */
async function withTwoRequests() {
  const made = await loadFixture(withRequest);
  const otherTerms = { ...made.terms, inputHash: id("the other client's input") };
  const otherRequestId = await made.escrow.requestIdOf(1);
  await made.escrow.connect(made.otherClient).request(otherTerms, { value: PRICE });
  const { policy } = made.terms;
  return { ...made, otherTerms, otherRequestId, policy };
}
