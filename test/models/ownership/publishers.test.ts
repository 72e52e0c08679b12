import { expect } from "chai";
import { acceptModel } from "../../../src/models/ownership/accept-model.ts";
import { listPublishers } from "../../../src/models/ownership/list-publishers.ts";
import { offerModel } from "../../../src/models/ownership/offer-model.ts";
import { setPublisher } from "../../../src/models/ownership/set-publisher.ts";
import { parseReference } from "../../../src/models/reference.ts";
import { registerModel } from "../../../src/models/register.ts";
import { refusal } from "../../support/rejection.ts";
import { deployRegistry, ethers, networkHelpers } from "../support/chain.ts";

async function setUp() {
  const chain = await networkHelpers.loadFixture(deployRegistry);
  const { registry, publisher } = chain;
  await registerModel({ registry, name: "m" });
  const reference = parseReference({ text: `${publisher.address}/m` });
  const list = async (limit?: number) => {
    const { publishers, total } = await listPublishers({ registry, reference, ...(limit !== undefined && { limit }) });
    return { publishers: [...publishers], total };
  };
  return { ...chain, reference, list };
}

describe("Publishers of a model", () => {
  it("are named, listed and dropped, each sent once", async () => {
    const { registry, stranger, reference, list } = await setUp();
    const change = { registry, reference, account: stranger.address };
    expect((await setPublisher({ ...change, allowed: false })).transaction).to.equal(undefined);
    expect((await setPublisher({ ...change, allowed: true })).transaction?.what).to.equal("publisher");
    expect((await setPublisher({ ...change, allowed: true })).transaction).to.equal(undefined);
    expect(await list()).to.deep.equal({ publishers: [stranger.address], total: 1 });
    expect((await setPublisher({ ...change, allowed: false })).transaction?.what).to.equal("publisher");
    expect(await list()).to.deep.equal({ publishers: [], total: 0 });
  });

  it("are as many as were asked for, whatever the registry has", async () => {
    const { registry, reference, list } = await setUp();
    const accounts = ["11", "22", "33"].map((byte) => ethers.getAddress(`0x${byte.repeat(20)}`));
    for (const account of accounts) await setPublisher({ registry, reference, account, allowed: true });
    expect(await list(2)).to.deep.equal({ publishers: accounts.slice(0, 2), total: 3 });
    expect(await list(0)).to.deep.equal({ publishers: [], total: 3 });
  });

  it("end with their owner's time", async () => {
    const { registry, publisher, stranger, reference, list } = await setUp();
    const account = ethers.getAddress(`0x${"11".repeat(20)}`);
    await setPublisher({ registry, reference, account, allowed: true });
    await offerModel({ registry, reference, to: stranger.address });
    const theirs = { registry: registry.connect(stranger), reference };
    await acceptModel(theirs);
    expect(await list()).to.deep.equal({ publishers: [], total: 0 });
    await setPublisher({ ...theirs, account: publisher.address, allowed: true });
    expect(await list()).to.deep.equal({ publishers: [publisher.address], total: 1 });
  });

  it("are not the owner, who may publish anyway", async () => {
    const { registry, publisher, reference } = await setUp();
    for (const allowed of [true, false]) {
      const change = { registry, reference, account: publisher.address, allowed };
      await refusal("models.owner-already", () => setPublisher(change));
    }
  });
});
