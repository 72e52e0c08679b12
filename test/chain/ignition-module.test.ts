import { expect } from "chai";
import { network } from "hardhat";
import scrimshaw from "../../ignition/modules/Scrimshaw.ts";

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
});
