import { expect } from "chai";
import { AbiCoder, id, keccak256, Wallet, ZeroHash } from "ethers";
import { BLOBS } from "../support/availability.ts";
import { ethers, networkHelpers } from "../support/chain.ts";
import { attesterInput, now } from "../support/deployment.ts";
import { PRICE, withRequest } from "../support/escrow.ts";

const { loadFixture, time } = networkHelpers;

describe("InferenceEscrow", () => {
  it("pays for a recorded proof, whoever presents it, when the provider fetches it", async () => {
    const { escrow, terms, requestId, answer, record, provider, accounts } = await loadFixture(withRequest);
    const proof = await answer();
    const recordId = await record(proof);
    await expect(escrow.connect(accounts.stranger).claim(requestId, terms, BLOBS, proof.statement, recordId))
      .to.emit(escrow, "InferencePaid")
      .withArgs(requestId, recordId, provider, proof.statement.outputHash);
    expect(await escrow.owed(provider)).to.equal(PRICE);
    expect((await escrow.requestOf(requestId)).remaining).to.equal(0n);
    await expect(escrow.connect(provider).withdraw()).to.changeEtherBalances(
      ethers,
      [escrow, provider],
      [-PRICE, PRICE],
    );
    expect(await escrow.owed(provider)).to.equal(0n);
  });

  it("pays for a proof in a batch", async () => {
    const { escrow, terms, requestId, answer, settle, provider } = await loadFixture(withRequest);
    const proof = await answer();
    const batched = await settle(proof);
    await expect(escrow.claimInBatch(requestId, terms, BLOBS, batched))
      .to.emit(escrow, "InferencePaid")
      .withArgs(requestId, batched.proofId, provider, proof.statement.outputHash);
    await expect(escrow.connect(provider).withdraw()).to.changeEtherBalance(ethers, provider, PRICE);
  });

  it("pays each of several providers for its own proof, and refunds what nobody earned", async () => {
    const { escrow, terms, attesters, answer, record, client, provider, second, attesterId } =
      await loadFixture(withRequest);
    const other = new Wallet(id("another attester's key"));
    await attesters.add(attesterInput(other.address));
    const otherId = keccak256(other.address);
    const three = {
      ...terms,
      policy: { ...terms.policy, attesterIds: [attesterId, otherId, id("one who does not answer")] },
      payees: [provider.address, second.address, second.address],
    };
    const requestId = await escrow.requestIdOf(1);
    await escrow.connect(client).request(three, { value: 3n * PRICE });
    const first = await answer({ requestId });
    await escrow.claim(requestId, three, BLOBS, first.statement, await record(first));
    const next = await answer({ requestId }, { attesterId: otherId });
    await escrow.claim(requestId, three, BLOBS, next.statement, await record(next, other));
    expect(await escrow.owed(provider)).to.equal(PRICE);
    expect(await escrow.owed(second)).to.equal(PRICE);
    await time.increaseTo(terms.deadline + 1n);
    await expect(escrow.refund(requestId, three))
      .to.emit(escrow, "InferenceRefunded")
      .withArgs(requestId, client, PRICE);
    await expect(escrow.connect(client).withdraw()).to.changeEtherBalance(ethers, client, PRICE);
  });

  it("refunds once, after the deadline and not before, and then pays nobody", async () => {
    const { escrow, terms, requestId, answer, record, client, accounts } = await loadFixture(withRequest);
    await time.increaseTo(terms.deadline - 3000n);
    const proof = await answer();
    const recordId = await record(proof);
    await time.setNextBlockTimestamp(terms.deadline);
    await expect(escrow.refund(requestId, terms))
      .to.be.revertedWithCustomError(escrow, "InferenceEscrowNotEnded")
      .withArgs(terms.deadline, terms.deadline);
    await time.setNextBlockTimestamp(terms.deadline + 1n);
    await escrow.connect(accounts.stranger).refund(requestId, terms);
    expect(await escrow.owed(client)).to.equal(PRICE);
    await expect(escrow.refund(requestId, terms)).to.be.revertedWithCustomError(escrow, "InferenceEscrowNothingOwed");
    await expect(escrow.claim(requestId, terms, BLOBS, proof.statement, recordId))
      .to.be.revertedWithCustomError(escrow, "InferenceEscrowEnded")
      .withArgs(terms.deadline, (await now()) + 1n);
    await escrow.connect(client).withdraw();
    await expect(escrow.connect(client).withdraw()).to.be.revertedWithCustomError(escrow, "InferenceEscrowNothingOwed");
  });

  it("pays in the last second", async () => {
    const { escrow, terms, requestId, answer, record, provider } = await loadFixture(withRequest);
    await time.increaseTo(terms.deadline - 10n);
    const proof = await answer();
    const recordId = await record(proof);
    await time.setNextBlockTimestamp(terms.deadline);
    await escrow.claim(requestId, terms, BLOBS, proof.statement, recordId);
    expect(await escrow.owed(provider)).to.equal(PRICE);
  });

  it("takes no request that names no manifest or attester, a payee too few or too many, another amount or the past", async () => {
    const { escrow, terms, client } = await loadFixture(withRequest);
    const asked = escrow.connect(client);
    const { policy } = terms;
    for (const [changes, attesters, payees] of [
      [{ policy: { ...policy, manifestHash: ZeroHash } }, 1, 1],
      [{ policy: { ...policy, attesterIds: [] } }, 0, 1],
      [{ policy: { ...policy, attesterIds: [] }, payees: [] }, 0, 0],
      [{ payees: [...terms.payees, ...terms.payees] }, 1, 2],
    ] satisfies [Partial<typeof terms>, number, number][]) {
      const open = { ...terms, ...changes };
      await expect(asked.request(open, { value: PRICE }))
        .to.be.revertedWithCustomError(escrow, "InferenceEscrowOpenTerms")
        .withArgs(open.policy.manifestHash, attesters, payees);
    }
    for (const [price, value] of [
      [PRICE, PRICE - 1n],
      [PRICE, PRICE + 1n],
      [0n, 0n],
    ] as const) {
      await expect(asked.request({ ...terms, price }, { value }))
        .to.be.revertedWithCustomError(escrow, "InferenceEscrowOtherAmount")
        .withArgs(value, price, 1n);
    }
    await expect(asked.request({ ...terms, deadline: await now() }, { value: PRICE })).to.be.revertedWithCustomError(
      escrow,
      "InferenceEscrowEnded",
    );
  });

  it("keeps who asked, by an id of chain, contract and nonce", async () => {
    const { escrow, terms, requestId, client, lens, walrus } = await loadFixture(withRequest);
    const { chainId } = await ethers.provider.getNetwork();
    const fields = [chainId, await escrow.getAddress(), 0n];
    expect(requestId).to.equal(keccak256(AbiCoder.defaultAbiCoder().encode(["uint256", "address", "uint256"], fields)));
    const kept = await escrow.requestOf(requestId);
    expect([kept.client, kept.remaining]).to.deep.equal([client.address, PRICE]);
    await expect(escrow.connect(client).request(terms, { value: PRICE }))
      .to.emit(escrow, "InferenceRequested")
      .withArgs(await escrow.requestIdOf(1), client, (found: unknown) => Array.isArray(found));
    expect(await escrow.proofs()).to.equal(await lens.getAddress());
    expect(await escrow.availability()).to.equal(await walrus.lens.getAddress());
  });
});
