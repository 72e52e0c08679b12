import { expect } from "chai";
import { id, keccak256, ZeroHash } from "ethers";
import { networkHelpers } from "./support/chain.ts";
import { attesterInput, deploy, MEASUREMENT, NEVER, now } from "./support/deployment.ts";
import { plain } from "./support/plain.ts";
import { attestedProof, proofIdOf, signProof } from "./support/proofs.ts";

const { loadFixture, time } = networkHelpers;
const KEY = `0x${"a5".repeat(20)}`;
const KEY_ID = keccak256(KEY);
const OTHER = id("another measurement");

describe("AttesterRegistry, measurements", () => {
  describe("approveMeasurement", () => {
    it("keeps an approval under the next number, from now on when no time is named", async () => {
      const { attesters } = await loadFixture(deploy);
      const until = (await now()) + 1000n;
      await expect(attesters.approveMeasurement(OTHER, 0n, until, "gateway 2.1"))
        .to.emit(attesters, "MeasurementApproved")
        .withArgs(2n, OTHER, (from: bigint) => from > 0n, until, "gateway 2.1");
      const approvedAt = await now();
      const times = { validFrom: approvedAt, validUntil: until, approvedAt };
      const expected = { measurement: OTHER, ...times, closed: false, closedAt: 0n };
      expect(plain(await attesters.approvalOf(2n))).to.deep.equal(expected);
      expect(await attesters.newestApproval(OTHER)).to.equal(2n);
      expect(await attesters.newestApproval(id("never approved"))).to.equal(0n);
    });

    it("refuses zero, a past, empty or backward interval, and a long note", async () => {
      const { attesters } = await loadFixture(deploy);
      const later = (await now()) + 1000n;
      await expect(attesters.approveMeasurement(ZeroHash, 0n, NEVER, "")).to.be.revertedWithCustomError(
        attesters,
        "AttesterRegistryEmptyMeasurement",
      );
      for (const [from, until] of [
        [1n, NEVER],
        [(await now()) - 1n, NEVER],
        [later, later],
        [later, later - 1n],
        [0n, 0n],
        [0n, await now()],
      ] as const) {
        await expect(attesters.approveMeasurement(OTHER, from, until, "")).to.be.revertedWithCustomError(
          attesters,
          "AttesterRegistryInvalidInterval",
        );
      }
      await expect(attesters.approveMeasurement(OTHER, 0n, NEVER, "x".repeat(257)))
        .to.be.revertedWithCustomError(attesters, "AttesterRegistryTextTooLong")
        .withArgs(257);
    });

    it("refuses a measurement whose approval has not ended, and takes it again once it has", async () => {
      const { attesters } = await loadFixture(deploy);
      const until = (await now()) + 1000n;
      await attesters.approveMeasurement(OTHER, 0n, until, "");
      await expect(attesters.approveMeasurement(OTHER, until, NEVER, ""))
        .to.be.revertedWithCustomError(attesters, "AttesterRegistryAlreadyApproved")
        .withArgs(OTHER, 2n);
      await time.setNextBlockTimestamp(until);
      await attesters.approveMeasurement(OTHER, 0n, NEVER, "");
      await attesters.closeApproval(3n, await now(), "");
      await attesters.approveMeasurement(OTHER, 0n, NEVER, "");
      expect(await attesters.newestApproval(OTHER)).to.equal(4n);
    });
  });

  describe("an attester with a measurement", () => {
    it("is admitted only if its measurement is approved when its validity begins", async () => {
      const { attesters } = await loadFixture(deploy);
      const [from, until] = [(await now()) + 1000n, (await now()) + 2000n];
      const refused = async (validFrom: bigint, found?: bigint): Promise<void> => {
        const input = attesterInput(KEY, { measurement: OTHER, validFrom });
        await expect(attesters.add(input))
          .to.be.revertedWithCustomError(attesters, "AttesterRegistryMeasurementNotApproved")
          .withArgs(OTHER, found ?? ((at: bigint) => at > 0n));
      };
      await refused(0n);
      await refused(from, from);
      await attesters.approveMeasurement(OTHER, from, until, "");
      await refused(0n);
      await refused(from - 1n, from - 1n);
      await refused(until, until);
      await attesters.add(attesterInput(KEY, { measurement: OTHER, validFrom: from }));
      expect((await attesters.attesterOf(KEY_ID)).approvalId).to.equal(2n);
      await attesters.closeApproval(2n, 0n, "a mistake");
      await expect(
        attesters.add(attesterInput(`0x${"b6".repeat(20)}`, { measurement: OTHER, validFrom: from })),
      ).to.be.revertedWithCustomError(attesters, "AttesterRegistryMeasurementNotApproved");
    });

    it("is valid no longer than its approval, and one without a measurement as long as it was admitted", async () => {
      const { attesters } = await loadFixture(deploy);
      const until = (await now()) + 1000n;
      await attesters.approveMeasurement(OTHER, 0n, until, "");
      await attesters.add(attesterInput(KEY, { measurement: OTHER, validUntil: until + 1000n }));
      const free = `0x${"b6".repeat(20)}`;
      await attesters.add(attesterInput(free, { measurement: ZeroHash, validUntil: until + 1000n }));
      for (const [attester, end] of [
        [KEY_ID, until],
        [keccak256(free), until + 1000n],
      ] as const) {
        expect((await attesters.interval(attester)).validUntil).to.equal(end);
        expect((await attesters.validity(attester)).validUntil).to.equal(end);
        expect((await attesters.attesterOf(attester)).validUntil).to.equal(until + 1000n);
        expect(await attesters.wasValid(attester, end - 1n)).to.equal(true);
        expect(await attesters.wasValid(attester, end)).to.equal(false);
      }
      expect((await attesters.attesterOf(keccak256(free))).approvalId).to.equal(0n);
    });

    it("is not given back by approving its measurement again", async () => {
      const { attesters } = await loadFixture(deploy);
      await attesters.add(attesterInput(KEY));
      const closedAt = (await now()) - 1n;
      await attesters.closeApproval(1n, closedAt, "");
      await attesters.approveMeasurement(MEASUREMENT, 0n, NEVER, "mended");
      expect((await attesters.interval(KEY_ID)).validUntil).to.equal(closedAt);
      const next = `0x${"b6".repeat(20)}`;
      await attesters.add(attesterInput(next));
      expect(await attesters.wasValid(keccak256(next), await now())).to.equal(true);
    });
  });

  describe("closeApproval", () => {
    it("ends all attesters of the approval at once, and no others", async () => {
      const { attesters, attesterId } = await loadFixture(deploy);
      await attesters.add(attesterInput(KEY));
      await attesters.approveMeasurement(OTHER, 0n, NEVER, "");
      const other = `0x${"b6".repeat(20)}`;
      await attesters.add(attesterInput(other, { measurement: OTHER }));
      await time.increase(1000n);
      const closedAt = (await now()) - 500n;
      await expect(attesters.closeApproval(1n, closedAt, "it leaks"))
        .to.emit(attesters, "MeasurementClosed")
        .withArgs(1n, MEASUREMENT, closedAt, "it leaks");
      for (const attester of [attesterId, KEY_ID]) {
        expect((await attesters.interval(attester)).validUntil).to.equal(closedAt);
        expect(await attesters.wasValid(attester, closedAt - 1n)).to.equal(true);
        expect(await attesters.wasValid(attester, closedAt)).to.equal(false);
      }
      expect(await attesters.wasValid(keccak256(other), await now())).to.equal(true);
    });

    it("leaves proofs from before alone, in the lens and when they are verified again", async () => {
      const deployment = await loadFixture(deploy);
      const { proofs, attester, attesterId, attesters, verifier, lens } = deployment;
      const before = await attestedProof(deployment, "before");
      const seal = await signProof(proofs, attester, before);
      await proofs.record(before, seal);
      const { anchoredAt } = await proofs.proofOf(proofIdOf(before));
      await time.increase(1000n);
      const closedAt = await now();
      const after = await attestedProof(deployment, "after");
      await proofs.record(after, await signProof(proofs, attester, after));
      await attesters.closeApproval(1n, closedAt, "it leaks");

      const policy = { verifier, attesters, attesterIds: [attesterId], manifestHash: ZeroHash, maxAge: 0n };
      await lens.requireVerified(proofIdOf(before), policy);
      const again = await verifier.verify(await proofs.digestOf(before), before, anchoredAt, seal);
      expect(again).to.equal(verifier.interface.getFunction("verify").selector);
      await expect(lens.requireVerified(proofIdOf(after), policy)).to.be.revertedWithCustomError(
        lens,
        "ProofLensAttesterNotValid",
      );
    });

    it("only moves back, is never for the future, and takes numbers that exist", async () => {
      const { attesters } = await loadFixture(deploy);
      for (const closedAt of [(await now()) + 1000n, NEVER]) {
        await expect(attesters.closeApproval(1n, closedAt, "")).to.be.revertedWithCustomError(
          attesters,
          "AttesterRegistryClosingTooLate",
        );
      }
      for (const closedAt of [5n, 5n, 3n, 0n]) {
        await attesters.closeApproval(1n, closedAt, "");
        await expect(attesters.closeApproval(1n, closedAt + 1n, ""))
          .to.be.revertedWithCustomError(attesters, "AttesterRegistryClosingTooLate")
          .withArgs(1n, closedAt + 1n, closedAt);
        const { closed, closedAt: found, validUntil } = await attesters.approvalOf(1n);
        expect([closed, found, validUntil]).to.deep.equal([true, closedAt, NEVER]);
      }
      for (const unknown of [0n, 2n, NEVER]) {
        for (const call of [() => attesters.closeApproval(unknown, 0n, ""), () => attesters.approvalOf(unknown)]) {
          await expect(call())
            .to.be.revertedWithCustomError(attesters, "AttesterRegistryUnknownApproval")
            .withArgs(unknown);
        }
      }
      await expect(attesters.closeApproval(1n, 0n, "x".repeat(257))).to.be.revertedWithCustomError(
        attesters,
        "AttesterRegistryTextTooLong",
      );
    });
  });

  it("are read by pages, the closed ones included", async () => {
    const { attesters } = await loadFixture(deploy);
    for (const seed of ["one", "two", "three"]) await attesters.approveMeasurement(id(seed), 0n, NEVER, seed);
    await attesters.closeApproval(2n, 0n, "");
    expect(await attesters.approvalCount()).to.equal(4n);
    const all = await attesters.approvals(0, 500);
    expect(all.map(({ measurement }) => measurement)).to.deep.equal([MEASUREMENT, ...["one", "two", "three"].map(id)]);
    expect(all.map(({ closed }) => closed)).to.deep.equal([false, true, false, false]);
    expect([...(await attesters.approvals(1, 2))]).to.deep.equal(all.slice(1, 3));
    expect([...(await attesters.approvals(3, 10))]).to.deep.equal(all.slice(3));
    expect([...(await attesters.approvals(4, 10))]).to.deep.equal([]);
    expect([...(await attesters.approvals(2n ** 256n - 1n, 2n ** 256n - 1n))]).to.deep.equal([]);
  });
});
