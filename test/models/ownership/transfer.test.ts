import { expect } from "chai";
import { acceptModel } from "../../../src/models/ownership/accept-model.ts";
import { offerModel } from "../../../src/models/ownership/offer-model.ts";
import { readOwners } from "../../../src/models/ownership/read-owners.ts";
import { parseReference } from "../../../src/models/reference.ts";
import { registerModel } from "../../../src/models/register.ts";
import { refusal } from "../../support/rejection.ts";
import { deployRegistry, networkHelpers } from "../support/chain.ts";

async function setUp() {
  const chain = await networkHelpers.loadFixture(deployRegistry);
  const { registry, publisher, stranger } = chain;
  await registerModel({ registry, name: "m" });
  const reference = parseReference({ text: `${publisher.address}/m` });
  return { ...chain, reference, theirs: { registry: registry.connect(stranger), reference } };
}

describe("A transfer of a model", () => {
  it("is an offer that the other account accepts, each sent once", async () => {
    const { registry, publisher, stranger, reference, theirs } = await setUp();
    const offered = await offerModel({ registry, reference, to: stranger.address });
    expect(offered).to.include({ owner: publisher.address, pendingOwner: stranger.address, name: "m" });
    expect(offered.transaction?.what).to.equal("offer");
    expect((await offerModel({ registry, reference, to: stranger.address })).transaction).to.equal(undefined);
    const accepted = await acceptModel(theirs);
    expect(accepted).to.include({ owner: stranger.address, creator: publisher.address, pendingOwner: undefined });
    expect((await acceptModel(theirs)).transaction).to.equal(undefined);
    expect(accepted).to.deep.include(await readOwners({ registry, reference }));
  });

  it("can be taken back until then, and is refused of whom it is not offered to", async () => {
    const { registry, stranger, reference, theirs } = await setUp();
    const none = await refusal("models.not-offered", () => acceptModel(theirs));
    expect(none.next).to.include(`--to ${stranger.address}`);
    await offerModel({ registry, reference, to: stranger.address });
    expect((await offerModel({ registry, reference, to: undefined })).transaction?.what).to.equal("offer");
    expect((await offerModel({ registry, reference, to: undefined })).transaction).to.equal(undefined);
    await refusal("models.not-offered", () => acceptModel(theirs));
  });

  it("is the owner's, and never to the owner", async () => {
    const { registry, publisher, stranger, reference, theirs } = await setUp();
    await refusal("models.owner-already", () => offerModel({ registry, reference, to: publisher.address }));
    const error = await refusal("chain.reverted", () => offerModel({ ...theirs, to: stranger.address }));
    expect(error.found).to.include("ModelRegistryNotOwner");
    const other = { ...reference, name: "other" };
    await refusal("models.model-unknown", () => offerModel({ registry, reference: other, to: stranger.address }));
  });
});
