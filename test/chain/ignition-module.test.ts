import { expect } from "chai";
import { ZeroHash } from "ethers";
import { network } from "hardhat";
import committeeSourceModule from "../../ignition/modules/CommitteeSource.ts";
import scrimshaw from "../../ignition/modules/Scrimshaw.ts";
import type { WalrusCommittees } from "../../typechain/WalrusCommittees.ts";
import { committeeOf, secretOf } from "../contracts/support/committees.ts";

describe("The Ignition module", () => {
  type Connection = Awaited<ReturnType<typeof network.create>>;
  let connection: Connection;

  before(async () => {
    connection = await network.create();
  });

  after(() => connection.close());

  it("deploys contracts that know each other", async () => {
    const { ignition, ethers } = connection;
    const deployed = await ignition.deploy(scrimshaw);
    const addressOf = (name: keyof typeof deployed): Promise<string> => deployed[name].getAddress();
    const attesters = await ethers.getContractAt("AttesterRegistry", await addressOf("attesterRegistry"));
    const verifier = await ethers.getContractAt(
      "AttestedSignatureVerifier",
      await addressOf("attestedSignatureVerifier"),
    );
    const lens = await ethers.getContractAt("ProofLens", await addressOf("proofLens"));
    expect(await attesters.authority()).to.equal(await addressOf("accessManager"));
    expect(await verifier.attesters()).to.equal(await addressOf("attesterRegistry"));
    expect(await verifier.maxDelay()).to.equal(86_400n);
    expect(await lens.registry()).to.equal(await addressOf("proofRegistry"));
    const availability = await ethers.getContractAt("BlobAvailability", await addressOf("blobAvailability"));
    const available = await ethers.getContractAt("AvailabilityLens", await addressOf("availabilityLens"));
    expect(await availability.committees()).to.equal(await addressOf("walrusCommittees"));
    expect(await available.availability()).to.equal(await addressOf("blobAvailability"));
    expect(await available.models()).to.equal(await addressOf("modelRegistry"));
  });

  it("gives the say over attesters to the admin it is told, and to nobody else", async () => {
    const { ignition, ethers } = connection;
    const [deployer, admin] = await ethers.getSigners();
    if (deployer === undefined || admin === undefined) throw new Error("no accounts");
    const parameters = { Scrimshaw: { admin: admin.address, maxDelay: 60n } };
    const { accessManager, attestedSignatureVerifier } = await ignition.deploy(scrimshaw, { parameters });
    const isAdmin = async (account: string): Promise<unknown> =>
      (await accessManager.getFunction("hasRole")(0n, account)) as unknown;
    expect(await isAdmin(admin.address)).to.deep.equal([true, 0n]);
    expect(await isAdmin(deployer.address)).to.deep.equal([false, 0n]);
    expect(await attestedSignatureVerifier.getFunction("maxDelay")()).to.equal(60n);
  });

  it("makes a timelock a source of committees, whose imports count only after their delay", async () => {
    const { ignition, ethers, networkHelpers } = connection;
    const [, multisig, stranger] = await ethers.getSigners();
    if (multisig === undefined || stranger === undefined) throw new Error("no accounts");
    const parameters = { CommitteeSource: { multisig: multisig.address, delay: 3_600n } };
    const { committeeSource } = await ignition.deploy(committeeSourceModule, { parameters });
    const source = await committeeSource.getAddress();
    const committees = await ethers.deployContract("WalrusCommittees");
    const startsAt = BigInt(await networkHelpers.time.latest());
    const ours = committeeOf({ secrets: [secretOf("one")], weights: [4n], startsAt });
    const call = [await committees.getAddress(), 0n, encoded(committees, ours), ZeroHash, ZeroHash] as const;
    const send = (by: typeof multisig, name: string, ...args: readonly unknown[]) =>
      committeeSource.connect(by).getFunction(name)(...call, ...args);

    const refuses = async (sent: Promise<unknown>, name: string): Promise<void> => {
      await expect(sent).to.be.revertedWithCustomError(committeeSource, name);
    };
    await refuses(send(stranger, "schedule", 3_600n), "AccessControlUnauthorizedAccount");
    await send(multisig, "schedule", 3_600n);
    await refuses(send(stranger, "execute"), "TimelockUnexpectedOperationState");
    await networkHelpers.time.increase(3_600);
    await send(stranger, "execute");
    expect(await committees.latest(source)).to.deep.equal([ours.epoch, startsAt]);
  });
});

function encoded({ interface: known }: WalrusCommittees, committee: ReturnType<typeof committeeOf>): string {
  return known.encodeFunctionData("importCommittee", [committee]);
}
