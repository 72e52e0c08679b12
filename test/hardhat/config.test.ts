import { expect } from "chai";
import { configMistakes, resolveScrimshawConfig, resolveWalrusConfig } from "../../src/hardhat/config.ts";

const options = { root: "/project", environment: {} };

describe("configuration", () => {
  it("defaults to the local networks", () => {
    expect(resolveScrimshawConfig(undefined, options)).to.deep.include({
      network: "localhost",
      deployments: "/project/deployments.json",
      addressBook: {},
    });
    expect(resolveWalrusConfig(undefined, options)).to.deep.equal({
      publishers: ["http://127.0.0.1:31415"],
      aggregators: ["http://127.0.0.1:31415"],
      epochs: 5,
      nShards: 1000,
      storageDir: "/project/.scrimshaw/walrus",
    });
  });

  it("takes the local Walrus and the cache from the environment, unless the configuration names them", () => {
    const environment = { SCRIMSHAW_WALRUS_URL: "http://127.0.0.1:9", SCRIMSHAW_CACHE: "/elsewhere" };
    const resolve = { root: "/project", environment };
    expect(resolveWalrusConfig({ publishers: ["https://p.example"] }, resolve)).to.deep.include({
      publishers: ["https://p.example"],
      aggregators: ["http://127.0.0.1:9"],
    });
    expect(resolveScrimshawConfig({}, resolve).cache).to.equal("/elsewhere");
    expect(resolveScrimshawConfig({ cache: "kept" }, resolve).cache).to.equal("/project/kept");
  });

  it("accepts no sections and full sections", () => {
    expect(configMistakes({})).to.deep.equal([]);
    expect(
      configMistakes({
        scrimshaw: { network: "sepolia", addressBook: { alice: `0x${"a".repeat(40)}` }, cache: "c", deployments: "d" },
        walrus: { publishers: ["https://p.example"], aggregators: ["https://a.example"], epochs: 3, nShards: 10 },
      }),
    ).to.deep.equal([]);
  });

  const wrong: readonly (readonly [string, object, string])[] = [
    ["a misspelt key", { walrus: { publisher: "x" } }, "walrus"],
    ["a publisher that is no URL", { walrus: { publishers: ["localhost:1"] } }, "walrus.publishers.0"],
    ["an empty list of aggregators", { walrus: { aggregators: [] } }, "walrus.aggregators"],
    ["an aggregator of another protocol", { walrus: { aggregators: ["file:///etc"] } }, "walrus.aggregators.0"],
    ["half an epoch", { walrus: { epochs: 0.5 } }, "walrus.epochs"],
    ["too many shards", { walrus: { nShards: 1001 } }, "walrus.nShards"],
    ["a name for no address", { scrimshaw: { addressBook: { alice: "0x12" } } }, "scrimshaw.addressBook.alice"],
    [
      "a name that looks like an address",
      { scrimshaw: { addressBook: { "0xalice": `0x${"a".repeat(40)}` } } },
      "scrimshaw.addressBook.0xalice",
    ],
    ["a network that is no name", { scrimshaw: { network: 5 } }, "scrimshaw.network"],
  ];
  for (const [what, config, path] of wrong) {
    it(`refuses ${what} and says where it is`, () => {
      const mistakes = configMistakes(config);
      expect(mistakes.map((mistake) => mistake.path.join("."))).to.deep.equal([path]);
      expect(mistakes[0]?.message).to.not.equal("");
    });
  }
});
