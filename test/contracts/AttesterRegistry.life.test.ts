import { expect } from "chai";
import { concat, id, keccak256, TypedDataEncoder, Wallet } from "ethers";
import { network } from "hardhat";
import { blockOf, domainOfAttesters, LIFE_TYPES, signOfLife } from "./support/attesters.ts";
import { ethers, networkHelpers } from "./support/chain.ts";
import { attesterInput, deploy, deployOn, now } from "./support/deployment.ts";
import { signersOfEveryKind } from "./support/signers.ts";

const { loadFixture, time, mine } = networkHelpers;

describe("AttesterRegistry, proof of life", () => {
  it("keeps the block that was signed and the time, whoever brings it", async () => {
    const deployment = await loadFixture(deploy);
    const { attesters, attester, attesterId, accounts } = deployment;
    expect([...(await attesters.lastSeen(attesterId))]).to.deep.equal([0n, 0n]);
    const [, blockNumber, seal] = await signOfLife(deployment, attester);
    await expect(attesters.connect(accounts.stranger).proveLife(attesterId, blockNumber, seal))
      .to.emit(attesters, "AttesterSeen")
      .withArgs(attesterId, blockNumber, (at: bigint) => at > 0n, seal);
    expect([...(await attesters.lastSeen(attesterId))]).to.deep.equal([blockNumber, await now()]);
  });

  it("is taken from every kind of signer", async () => {
    const deployment = await loadFixture(deploy);
    const { attesters } = deployment;
    const owner = new Wallet(id("a wallet's owner"));
    const wallet = await (await ethers.deployContract("SmartWallet", [owner.address])).getAddress();
    const signers = await signersOfEveryKind(deployment);
    const ofWallet = { signer: wallet, sign: (digest: string) => owner.signingKey.sign(digest).serialized };
    for (const { signer, sign } of [...signers, ofWallet]) {
      const attesterId = keccak256(signer);
      await attesters.add(attesterInput(signer));
      const { blockNumber, blockHash } = await blockOf();
      const digest = await attesters.lifeDigestOf(attesterId, blockNumber, blockHash);
      await attesters.proveLife(attesterId, blockNumber, sign(digest));
      expect((await attesters.lastSeen(attesterId)).blockNumber).to.equal(blockNumber);
    }
  });

  it("cannot be brought again, nor for an earlier block than the last", async () => {
    const deployment = await loadFixture(deploy);
    const { attesters, attester } = deployment;
    await mine(5);
    const newest = await blockOf();
    const earlier = await blockOf(newest.blockNumber - 1n);
    const life = await signOfLife(deployment, attester, newest);
    await attesters.proveLife(...life);
    for (const again of [life, await signOfLife(deployment, attester, earlier)]) {
      await expect(attesters.proveLife(...again))
        .to.be.revertedWithCustomError(attesters, "AttesterRegistrySeenSince")
        .withArgs(again[0], again[1], newest.blockNumber);
    }
    await attesters.proveLife(...(await signOfLife(deployment, attester)));
  });

  it("is of one of the 256 blocks before its own", async () => {
    const deployment = await loadFixture(deploy);
    const { attesters, attester, attesterId } = deployment;
    const signed = await blockOf();
    const life = await signOfLife(deployment, attester, signed);
    await mine(255);
    await attesters.proveLife.staticCall(...life, { blockTag: "pending" });
    await mine(1);
    const current = (await blockOf()).blockNumber + 1n;
    await expect(attesters.proveLife(...life))
      .to.be.revertedWithCustomError(attesters, "AttesterRegistryBlockNotRecent")
      .withArgs(signed.blockNumber, current);
    // Of blocks that are still to come, the chain says that their hash is zero.
    for (const blockNumber of [current, current + 1n, 2n ** 64n - 1n]) {
      const future = { blockNumber, blockHash: `0x${"00".repeat(32)}` };
      const [, , seal] = await signOfLife(deployment, attester, future);
      await expect(attesters.proveLife(attesterId, blockNumber, seal)).to.be.revertedWithCustomError(
        attesters,
        "AttesterRegistryBlockNotRecent",
      );
    }
  });

  it("is not taken for another block, attester, registry or chain, nor from another key", async () => {
    const deployment = await loadFixture(deploy);
    const { attesters, attester, attesterId } = deployment;
    const block = await blockOf();
    const previous = await blockOf(block.blockNumber - 1n);
    const message = { attesterId, ...block };
    const domain = await domainOfAttesters(attesters);
    expect(await attesters.domainSeparator()).to.equal(TypedDataEncoder.hashDomain(domain));
    const elsewhere = await network.create({ override: { chainId: 4242 } });
    const there = await deployOn(elsewhere.ethers);
    const stranger = new Wallet(id("a stranger's key"));
    const seals = [
      await attester.signTypedData(domain, LIFE_TYPES, { attesterId, ...previous }),
      await attester.signTypedData(domain, LIFE_TYPES, { ...message, blockHash: previous.blockHash }),
      await attester.signTypedData(domain, LIFE_TYPES, { ...message, attesterId: id("another") }),
      await attester.signTypedData(await domainOfAttesters(there.attesters), LIFE_TYPES, message),
      await attester.signTypedData({ ...domain, verifyingContract: stranger.address }, LIFE_TYPES, message),
      await stranger.signTypedData(domain, LIFE_TYPES, message),
      "0x",
      concat([await attester.signTypedData(domain, LIFE_TYPES, message), "0x00"]),
    ];
    const digest = await attesters.lifeDigestOf(attesterId, block.blockNumber, block.blockHash);
    for (const seal of seals) {
      await expect(attesters.proveLife(attesterId, block.blockNumber, seal))
        .to.be.revertedWithCustomError(attesters, "AttesterRegistryInvalidSignature")
        .withArgs(attesterId, digest);
    }
    await elsewhere.close();
  });

  it("is refused from a key that is not valid now: unknown, not yet, no longer, revoked or closed", async () => {
    const deployment = await loadFixture(deploy);
    const { attesters, attester, attesterId } = deployment;
    const early = new Wallet(id("a key that begins later"));
    await expect(attesters.proveLife(...(await signOfLife(deployment, early))))
      .to.be.revertedWithCustomError(attesters, "AttesterRegistryUnknownAttester")
      .withArgs(keccak256(early.address));
    await attesters.add(attesterInput(early.address, { validFrom: (await now()) + 1000n }));
    await expect(attesters.proveLife(...(await signOfLife(deployment, early)))).to.be.revertedWithCustomError(
      attesters,
      "AttesterRegistryNotValid",
    );
    const refused = async (): Promise<void> => {
      const [from, until] = await attesters.interval(attesterId);
      await expect(attesters.proveLife(...(await signOfLife(deployment, attester))))
        .to.be.revertedWithCustomError(attesters, "AttesterRegistryNotValid")
        .withArgs(attesterId, from, until);
    };
    const ends: (() => Promise<unknown>)[] = [
      async () => attesters.revoke(attesterId, await now(), "stolen"),
      async () => attesters.closeApproval(1n, await now(), "it leaks"),
      async () => time.increaseTo((await attesters.interval(attesterId)).validUntil),
    ];
    for (const end of ends) {
      const snapshot = await networkHelpers.takeSnapshot();
      await attesters.proveLife(...(await signOfLife(deployment, attester)));
      await end();
      await refused();
      await snapshot.restore();
    }
  });

  it("is taken in the first and the last second of a validity, and in none beside them", async () => {
    const deployment = await loadFixture(deploy);
    const { attesters } = deployment;
    const brief = new Wallet(id("a key for ten seconds"));
    const [validFrom, validUntil] = [(await now()) + 100n, (await now()) + 110n];
    await attesters.add(attesterInput(brief.address, { validFrom, validUntil }));
    for (const second of [validFrom - 1n, validFrom, validUntil - 1n, validUntil]) {
      const life = await signOfLife(deployment, brief);
      await time.setNextBlockTimestamp(second);
      const proving = attesters.proveLife(...life);
      if (second >= validFrom && second < validUntil) await proving;
      else {
        await expect(proving)
          .to.be.revertedWithCustomError(attesters, "AttesterRegistryNotValid")
          .withArgs(life[0], validFrom, validUntil);
      }
    }
  });
});
