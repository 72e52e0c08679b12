import { expect } from "chai";
import { id, keccak256, Wallet, ZeroHash } from "ethers";
import { networkHelpers } from "./support/chain.ts";
import { attesterInput, type AttesterInput, deploy, NEVER, now, type Deployment } from "./support/deployment.ts";

const { loadFixture, time } = networkHelpers;
const NEXT = new Wallet(id("the attester's next key"));
const NEXT_ID = keccak256(NEXT.address);
const DAY = 86_400n;
const COUNCIL = 7n;
const GUARDIAN = 8n;

describe("AttesterRegistry, under an access manager", () => {
  it("lets strangers prove life and do nothing else", async () => {
    const { attesters, attesterId, accounts } = await loadFixture(deploy);
    const theirs = attesters.connect(accounts.stranger);
    const calls: Record<string, () => Promise<unknown>> = {
      add: () => theirs.add(attesterInput(NEXT.address)),
      rotate: () => theirs.rotate(attesterId, attesterInput(NEXT.address), 0n, "0x"),
      revoke: () => theirs.revoke(attesterId, 0n, ""),
      setEndpoint: () => theirs.setEndpoint(attesterId, ""),
      setDocument: () => theirs.setDocument(attesterId, { blobId: ZeroHash, contentHash: ZeroHash, size: 0n }),
      approveMeasurement: () => theirs.approveMeasurement(id("measurement 2"), 0n, NEVER, ""),
      closeApproval: () => theirs.closeApproval(1n, 0n, ""),
    };
    for (const [name, call] of Object.entries(calls)) {
      await expect(call(), name)
        .to.be.revertedWithCustomError(attesters, "AccessManagedUnauthorized")
        .withArgs(accounts.stranger);
    }
    const changing = attesters.interface.fragments.filter(
      (fragment) => fragment.type === "function" && !("constant" in fragment && fragment.constant === true),
    );
    const names = changing.map((fragment) => ("name" in fragment ? String(fragment.name) : ""));
    expect(names.sort()).to.deep.equal([...Object.keys(calls), "proveLife", "setAuthority"].sort());
  });

  it("admits under a delay from the block that carries it out on", async () => {
    const deployment = await loadFixture(withRoles);
    const { council, attesterId } = deployment;
    const input = attesterInput(NEXT.address);
    const rotation: [string, AttesterInput, bigint, string] = [attesterId, input, 60n, "0x"];
    const { validUntil: endsAt } = await council.interval(attesterId);
    await schedule(deployment, council.interface.encodeFunctionData("rotate", rotation));
    await time.increase(DAY / 2n);
    await expect(council.rotate(...rotation)).to.be.revertedWithCustomError(
      deployment.authority,
      "AccessManagerNotReady",
    );
    await time.increase(DAY);
    await council.rotate(...rotation);
    const at = await now();
    expect([...(await council.interval(NEXT_ID))]).to.deep.equal([at, input.validUntil]);
    const { successor, validUntil } = await council.attesterOf(attesterId);
    expect([successor, validUntil]).to.deep.equal([NEXT_ID, endsAt]);
    await expect(council.rotate(...rotation)).to.be.revertedWithCustomError(
      deployment.authority,
      "AccessManagerNotScheduled",
    );
  });

  it("refuses what names a beginning that has passed when the delay is over", async () => {
    const deployment = await loadFixture(withRoles);
    const { council } = deployment;
    const [soon, later] = [(await now()) + DAY / 2n, (await now()) + 3n * DAY];
    for (const validFrom of [soon, later]) {
      const input = attesterInput(NEXT.address, { validFrom, validUntil: 10n * later });
      await schedule(deployment, council.interface.encodeFunctionData("add", [input]));
      await time.increase(DAY);
      const added = council.add(input);
      if (validFrom === later) await added;
      else await expect(added).to.be.revertedWithCustomError(council, "AttesterRegistryInvalidInterval");
    }
    expect((await council.interval(NEXT_ID)).validFrom).to.equal(later);
  });

  it("ends keys and approvals at once where no delay is set, and dates them back past one where it is", async () => {
    const deployment = await loadFixture(withRoles);
    const { guardian, council, attesterId } = deployment;
    const theft = await now();
    await guardian.revoke(attesterId, theft, "stolen");
    await guardian.closeApproval(1n, theft, "it leaks");
    await expect(guardian.add(attesterInput(NEXT.address))).to.be.revertedWithCustomError(
      guardian,
      "AccessManagedUnauthorized",
    );
    const earlier: [string, bigint, string] = [attesterId, theft - 1n, "stolen earlier"];
    await schedule(deployment, council.interface.encodeFunctionData("revoke", earlier));
    await time.increase(DAY);
    await council.revoke(...earlier);
    expect((await council.interval(attesterId)).validUntil).to.equal(theft - 1n);
  });
});

/** A council that does everything after a day, and a guardian that ends keys and approvals at once. */
async function withRoles() {
  const deployment = await deploy();
  const { attesters, authority, accounts } = deployment;
  const selectors = (names: readonly string[]): string[] =>
    names.map((name) => attesters.interface.getFunction(name as "add").selector);
  const all = ["add", "rotate", "approveMeasurement", "setEndpoint", "setDocument"];
  await authority.getFunction("setTargetFunctionRole")(attesters, selectors(all), COUNCIL);
  await authority.getFunction("setTargetFunctionRole")(attesters, selectors(["revoke", "closeApproval"]), GUARDIAN);
  await authority.getFunction("grantRole")(COUNCIL, accounts.settler, DAY);
  await authority.getFunction("grantRole")(GUARDIAN, accounts.settler, DAY);
  await authority.getFunction("grantRole")(GUARDIAN, accounts.submitter, 0n);
  const [council, guardian] = [attesters.connect(accounts.settler), attesters.connect(accounts.submitter)];
  return { ...deployment, council, guardian };
}

/** Has the council announce a call, to be carried out as soon as its delay allows. */
async function schedule({ authority, attesters, accounts }: Deployment, data: string): Promise<void> {
  await authority.connect(accounts.settler).getFunction("schedule")(await attesters.getAddress(), data, 0n);
}
