import { expect } from "chai";
import { chainFeatures } from "../../src/deployments/chain-features.ts";
import { CREATE_X } from "../../src/deployments/create-x.ts";
import { refusal } from "../support/rejection.ts";
import { freshChain } from "./support/chains.ts";

describe("What a chain offers", () => {
  const present = async (options: Parameters<typeof freshChain>[0]): Promise<Record<string, boolean>> => {
    const connection = await freshChain(options);
    const features = await chainFeatures(connection.ethers.provider);
    await connection.close();
    return Object.fromEntries(features.map(({ name, present: there }) => [name, there]));
  };

  it("is all that the contracts want, on the newest rules", async () => {
    expect(await present({})).to.deep.equal({ "EIP-2537": true, "EIP-7951": true, CreateX: true });
  });

  it("is neither BLS12-381 nor P-256 on older rules, and each is told by itself", async () => {
    expect(await present({ hardfork: "cancun" })).to.include({ "EIP-2537": false, "EIP-7951": false, CreateX: true });
    expect(await present({ hardfork: "prague" })).to.include({ "EIP-2537": true, "EIP-7951": false });
  });

  it("says what does not work without it", async () => {
    const connection = await freshChain({ hardfork: "cancun", factory: false });
    const meanings = (await chainFeatures(connection.ethers.provider)).map(({ meaning }) => meaning);
    await connection.close();
    expect(meanings[0]).to.include("BlobAvailability answers Unsupported");
    expect(meanings[2]).to.include("ignition deploy").and.to.include('from "scrimshaw/ignition/Scrimshaw"');
  });

  it("tells of a development chain that the command to create contracts brings the factory", async () => {
    const connection = await freshChain({ chainId: 31_337, factory: false });
    const [, , createX] = await chainFeatures(connection.ethers.provider);
    await connection.close();
    expect(createX).to.include({ present: false });
    expect(createX?.meaning).to.include("hardhat deployment create");
  });

  it("is not trusted where other code stands in the factory's place", async () => {
    const connection = await freshChain({ factory: false });
    await connection.networkHelpers.setCode(CREATE_X, "0x6001");
    await refusal("deployment.other-factory", () => chainFeatures(connection.ethers.provider));
    await connection.close();
  });
});
