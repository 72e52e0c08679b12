import { expect } from "chai";
import { dataLength, dataSlice, ZeroAddress } from "ethers";
import { revertDataOf } from "../../src/chain/revert.ts";
import { deployAvailability } from "./support/availability.ts";
import { ethers, networkHelpers } from "./support/chain.ts";
import {
  committeeOf,
  coordinateOf,
  dealWeights,
  keyOf,
  keyOutsideGroup,
  ORDER,
  packKey,
  PRIME,
  secretOf,
  type TestCommittee,
  withCoordinate,
} from "./support/committees.ts";
import { now } from "./support/deployment.ts";
import { plain } from "./support/plain.ts";

const { loadFixture, time } = networkHelpers;

function secrets(count: number, seed = "member"): bigint[] {
  return Array.from({ length: count }, (_, place) => secretOf(`${seed} ${place}`));
}

/** A committee of five, with one field or another changed. */
async function sample(fields: Partial<TestCommittee> = {}): Promise<TestCommittee> {
  const startsAt = (await now()) - 100n;
  return { ...committeeOf({ secrets: secrets(5), weights: [3n, 1n, 400n, 2n, 1n], startsAt }), ...fields };
}

describe("WalrusCommittees", () => {
  it("keeps a committee as its source brought it", async () => {
    const { committees, source } = await loadFixture(deployAvailability);
    const committee = await sample();
    const table = await committees.tableOf(source, 5);
    expect(await ethers.provider.getCode(table)).to.equal("0x");
    const { startsAt, duration, nShards, weights, publicKeys } = committee;
    await expect(committees.connect(source).importCommittee(committee))
      .to.emit(committees, "CommitteeImported")
      .withArgs(source, 5n, startsAt, duration, nShards, 5n, table);
    const kept = { epoch: 5n, startsAt, duration, nShards, weights, publicKeys };
    expect(plain(await committees.committeeOf(source, 5))).to.deep.equal(kept);
    expect([...(await committees.latest(source))]).to.deep.equal([5n, startsAt]);
    expect(await committees.version()).to.equal("1.0.0");
  });

  it("lays a table out as the interface says, behind a zero byte", async () => {
    const { committees, source } = await loadFixture(deployAvailability);
    const committee = await sample();
    await committees.connect(source).importCommittee(committee);
    const table = await ethers.provider.getCode(await committees.tableOf(source, 5));
    expect(dataLength(table)).to.equal(1 + 8 + 4 + 2 + 1 + 96 + 5 * 98);
    expect(dataSlice(table, 0, 1)).to.equal("0x00");
    expect(BigInt(dataSlice(table, 1, 9))).to.equal(committee.startsAt);
    expect(BigInt(dataSlice(table, 9, 13))).to.equal(committee.duration);
    expect(BigInt(dataSlice(table, 13, 15))).to.equal(committee.nShards);
    expect(BigInt(dataSlice(table, 15, 16))).to.equal(5n);
    const sum = committee.secrets.reduce((total, secret) => (total + secret) % ORDER, 0n);
    expect(dataSlice(table, 16, 112)).to.equal(packKey(keyOf(sum).negate()));
    committee.secrets.forEach((secret, place) => {
      const record = dataSlice(table, 112 + 98 * place, 210 + 98 * place);
      expect(dataSlice(record, 0, 96)).to.equal(packKey(keyOf(secret)));
      expect(BigInt(dataSlice(record, 96))).to.equal(committee.weights[place]);
    });
  });

  it("knows no committee that nobody brought", async () => {
    const { committees, source, otherSource } = await loadFixture(deployAvailability);
    await committees.connect(source).importCommittee(await sample());
    for (const [from, epoch] of [
      [source, 4],
      [source, 6],
      [otherSource, 5],
    ] as const) {
      await expect(committees.committeeOf(from, epoch))
        .to.be.revertedWithCustomError(committees, "WalrusCommitteesUnknownCommittee")
        .withArgs(from, epoch);
    }
    expect([...(await committees.latest(otherSource))]).to.deep.equal([0n, 0n]);
    expect([...(await committees.latest(ZeroAddress))]).to.deep.equal([0n, 0n]);
  });

  it("takes any epoch from a source that is new, then one after the other, each once", async () => {
    const { committees, source, otherSource } = await loadFixture(deployAvailability);
    const startsAt = (await now()) - 100n;
    const ours = committees.connect(source);
    await ours.importCommittee(await sample({ epoch: 7n, startsAt }));
    for (const epoch of [6n, 7n, 9n, 0n]) {
      await expect(ours.importCommittee(await sample({ epoch, startsAt: startsAt + 1n })))
        .to.be.revertedWithCustomError(committees, "WalrusCommitteesOtherEpoch")
        .withArgs(source, epoch, 8n);
    }
    await ours.importCommittee(await sample({ epoch: 8n, startsAt: startsAt + 1n }));
    // Another source's epochs are its own.
    await committees.connect(otherSource).importCommittee(await sample({ epoch: 0n, startsAt }));
    await committees.connect(otherSource).importCommittee(await sample({ epoch: 1n, startsAt: startsAt + 1n }));
    expect((await committees.committeeOf(source, 7)).startsAt).to.equal(startsAt);
    expect((await committees.latest(source)).epoch).to.equal(8n);
    expect((await committees.latest(otherSource)).epoch).to.equal(1n);
  });

  it("ends with the last epoch that there can be", async () => {
    const { committees, source } = await loadFixture(deployAvailability);
    const startsAt = (await now()) - 100n;
    const ours = committees.connect(source);
    await ours.importCommittee(await sample({ epoch: 2n ** 32n - 1n, startsAt }));
    await expect(ours.importCommittee(await sample({ epoch: 0n, startsAt: startsAt + 1n })))
      .to.be.revertedWithCustomError(committees, "WalrusCommitteesOtherEpoch")
      .withArgs(source, 0n, 2n ** 32n);
  });

  it("takes epochs that began one after the other and not after now, and that last", async () => {
    const { committees, source } = await loadFixture(deployAvailability);
    const ours = committees.connect(source);
    async function expectRefused(earliest: bigint, fieldsAt: (blockTime: bigint) => Partial<TestCommittee>) {
      const blockTime = (await now()) + 10n;
      const committee = await sample(fieldsAt(blockTime));
      await time.setNextBlockTimestamp(blockTime);
      await expect(ours.importCommittee(committee))
        .to.be.revertedWithCustomError(committees, "WalrusCommitteesInvalidTime")
        .withArgs(committee.startsAt, committee.duration, earliest, blockTime);
    }
    await expectRefused(1n, () => ({ startsAt: 0n }));
    await expectRefused(1n, () => ({ startsAt: 2n ** 64n - 1n }));
    await expectRefused(1n, (startsAt) => ({ startsAt: startsAt + 1n }));
    await expectRefused(1n, (startsAt) => ({ startsAt, duration: 0n }));
    const startsAt = (await now()) + 10n;
    await time.setNextBlockTimestamp(startsAt);
    await ours.importCommittee(await sample({ startsAt, duration: 2n ** 32n - 1n }));
    await expectRefused(startsAt + 1n, () => ({ epoch: 6n, startsAt }));
    await ours.importCommittee(await sample({ epoch: 6n, startsAt: startsAt + 1n }));
  });

  it("takes 1 to 248 members with as many keys", async () => {
    const { committees, source, otherSource } = await loadFixture(deployAvailability);
    const startsAt = await now();
    const many = committeeOf({ secrets: secrets(249), weights: dealWeights(249, 1000), startsAt });
    const key = many.publicKeys.slice(0, 2 + 192);
    for (const [weights, publicKeys] of [
      [[], "0x"],
      [[], key],
      [[1000n], "0x"],
      [[1000n], key.slice(0, -2)],
      [[1000n], `${key}00`],
      [[500n, 500n], key],
      [many.weights, many.publicKeys],
    ] as const) {
      await expect(committees.connect(source).importCommittee({ ...many, weights: [...weights], publicKeys }))
        .to.be.revertedWithCustomError(committees, "WalrusCommitteesInvalidLength")
        .withArgs(weights.length, dataLength(publicKeys));
    }
    await committees.connect(source).importCommittee({ ...many, weights: [1000n], publicKeys: key });
    const most = committeeOf({ secrets: many.secrets.slice(0, 248), weights: dealWeights(248, 1000), startsAt });
    await committees.connect(otherSource).importCommittee(most);
    const { weights, publicKeys } = await committees.committeeOf(otherSource, 5);
    expect(publicKeys).to.equal(most.publicKeys);
    expect([...weights]).to.deep.equal(most.weights);
  });

  it("takes weights above 0 that add up to the shards", async () => {
    const { committees, source } = await loadFixture(deployAvailability);
    const ours = committees.connect(source);
    await expect(ours.importCommittee(await sample({ weights: [3n, 1n, 401n, 0n, 2n] })))
      .to.be.revertedWithCustomError(committees, "WalrusCommitteesZeroWeight")
      .withArgs(3n);
    for (const nShards of [406n, 408n, 0n]) {
      await expect(ours.importCommittee(await sample({ nShards })))
        .to.be.revertedWithCustomError(committees, "WalrusCommitteesOtherSum")
        .withArgs(407n, nShards);
    }
    // More than sixteen bits hold must not pass for what is left of it.
    const most = 2n ** 16n - 1n;
    await expect(ours.importCommittee(await sample({ weights: [most, 1n, 5n, 3n, 1n], nShards: 9n })))
      .to.be.revertedWithCustomError(committees, "WalrusCommitteesOtherSum")
      .withArgs(most + 10n, 9n);
    await ours.importCommittee(await sample({ weights: [most - 4n, 1n, 1n, 1n, 1n], nShards: most }));
  });

  it("refuses keys that are the point at infinity or not canonical, and says whose", async () => {
    const { committees, source } = await loadFixture(deployAvailability);
    const committee = await sample();
    const start = 2 + 3 * 192;
    const key = `0x${committee.publicKeys.slice(start, start + 192)}`;
    const flagged = [7n, 6n, 5n].map((bit) => withCoordinate(key, 0, coordinateOf(key, 0) | (1n << (376n + bit))));
    for (const bad of [
      `0x${"00".repeat(96)}`,
      `0x40${"00".repeat(95)}`,
      withCoordinate(key, 0, PRIME),
      withCoordinate(key, 1, PRIME),
      withCoordinate(key, 0, coordinateOf(key, 0) + PRIME),
      withCoordinate(key, 1, 2n ** 384n - 1n),
      ...flagged,
    ]) {
      const publicKeys = committee.publicKeys.slice(0, start) + bad.slice(2) + committee.publicKeys.slice(start + 192);
      await expect(committees.connect(source).importCommittee({ ...committee, publicKeys }))
        .to.be.revertedWithCustomError(committees, "WalrusCommitteesInvalidKey")
        .withArgs(3n, bad);
    }
  });

  it("refuses a single key that is off the curve or outside the group", async () => {
    const { committees, source } = await loadFixture(deployAvailability);
    const committee = await sample();
    const first = committee.publicKeys.slice(0, 2 + 192);
    for (const bad of [
      keyOutsideGroup(),
      withCoordinate(first, 1, coordinateOf(first, 1) + 1n),
      withCoordinate(first, 0, PRIME - 1n),
      withCoordinate(first, 0, coordinateOf(first, 1)),
    ]) {
      for (const place of [0, 4]) {
        const start = 2 + place * 192;
        const publicKeys =
          committee.publicKeys.slice(0, start) + bad.slice(2) + committee.publicKeys.slice(start + 192);
        await expect(
          committees.connect(source).importCommittee({ ...committee, publicKeys }),
        ).to.be.revertedWithCustomError(committees, "WalrusCommitteesKeyOutsideGroup");
      }
    }
    expect(await ethers.provider.getCode(await committees.tableOf(source, 5))).to.equal("0x");
  });

  it("takes a key twice, as Sui does, and keys that add up to nothing", async () => {
    const { committees, source, otherSource } = await loadFixture(deployAvailability);
    const startsAt = await now();
    const secret = secretOf("twice");
    const twice = committeeOf({ secrets: [secret, secret, secretOf("once")], weights: [1n, 2n, 3n], startsAt });
    await committees.connect(source).importCommittee(twice);
    expect((await committees.committeeOf(source, 5)).publicKeys).to.equal(twice.publicKeys);
    const nothing = committeeOf({ secrets: [secret, ORDER - secret], weights: [1n, 1n], startsAt });
    await committees.connect(otherSource).importCommittee(nothing);
    const table = await ethers.provider.getCode(await committees.tableOf(otherSource, 5));
    expect(dataSlice(table, 16, 112)).to.equal(`0x${"00".repeat(96)}`);
  });

  it("changes nothing when gas runs out on the way, and says so when it would be for the keys", async () => {
    const { committees, source } = await loadFixture(deployAvailability);
    const committee = await sample();
    const ours = committees.connect(source);
    let short = 0;
    // From too little to read the keys to nearly enough for all.
    for (let gasLimit = 60_000n; gasLimit < 320_000n; gasLimit += 10_000n) {
      const failure = await ours.importCommittee.staticCall(committee, { gasLimit }).then(
        () => undefined,
        (error: unknown) => revertDataOf(error)?.slice(0, 10),
      );
      const name = failure?.length === 10 ? committees.interface.getError(failure)?.name : undefined;
      expect(name).to.be.oneOf([undefined, "WalrusCommitteesGasShort", "FailedDeployment"]);
      if (name === "WalrusCommitteesGasShort") short += 1;
    }
    expect(short).to.be.greaterThan(3);
    await ours.importCommittee(committee);
  });
});
