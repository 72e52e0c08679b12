import { expect } from "chai";
import { configMistakes } from "../../src/hardhat/config-schema.ts";
import { resolveScrimshawConfig, resolveWalrusConfig, type ResolveOptions } from "../../src/hardhat/config.ts";

const resolveVariable: ResolveOptions["resolveVariable"] = ({ name }) => ({
  _type: "ResolvedConfigurationVariable",
  format: "{variable}",
  get: () => Promise.resolve(`value of ${name}`),
  getUrl: () => Promise.resolve(""),
  getBigInt: () => Promise.resolve(0n),
  getHexString: () => Promise.resolve(""),
});
const options = { root: "/project", environment: {}, resolveVariable };

describe("configuration", () => {
  it("defaults to the local networks", () => {
    expect(resolveScrimshawConfig(undefined, options)).to.deep.include({
      network: "localhost",
      deployments: "/project/deployments.json",
      addressBook: {},
      attesters: {},
    });
    expect(resolveWalrusConfig(undefined, options)).to.deep.equal({
      network: "local",
      publishers: ["http://127.0.0.1:31415"],
      aggregators: ["http://127.0.0.1:31415"],
      epochs: 5,
      nShards: 1000,
      storageDir: "/project/.scrimshaw/walrus",
      publisherToken: undefined,
      publisherSecret: undefined,
      sui: undefined,
      prices: undefined,
    });
  });

  it("takes the local Walrus and the cache from the environment, unless the configuration names them", () => {
    const environment = { SCRIMSHAW_WALRUS_URL: "http://127.0.0.1:9", SCRIMSHAW_CACHE: "/elsewhere" };
    const resolve = { root: "/project", environment, resolveVariable };
    expect(resolveWalrusConfig({ publishers: ["https://p.example"] }, resolve)).to.deep.include({
      publishers: ["https://p.example"],
      aggregators: ["http://127.0.0.1:9"],
    });
    expect(resolveScrimshawConfig({}, resolve).cache).to.equal("/elsewhere");
    expect(resolveScrimshawConfig({ cache: "kept" }, resolve).cache).to.equal("/project/kept");
  });

  it("knows the public servers of testnet and mainnet, where nobody stores for strangers", () => {
    expect(resolveWalrusConfig({ network: "testnet" }, options).aggregators[0]).to.contain("walrus-testnet");
    const mainnet = resolveWalrusConfig({ network: "mainnet", publishers: ["https://p.example"] }, options);
    expect(mainnet.publishers).to.deep.equal(["https://p.example"]);
    expect(resolveWalrusConfig({ network: "mainnet" }, options).publishers).to.deep.equal([]);
  });

  it("reads a publisher's token only from a configuration variable, when it is needed", async () => {
    const publisherToken = { _type: "ConfigurationVariable", name: "TOKEN" } as const;
    expect(configMistakes({ walrus: { publisherToken, prices: { storage: 1n, write: 2n } } })).to.deep.equal([]);
    const { publisherToken: resolved, prices } = resolveWalrusConfig(
      { publisherToken, prices: { storage: 1n, write: 2n } },
      options,
    );
    expect(await resolved?.get()).to.equal("value of TOKEN");
    expect(prices).to.deep.equal({ storage: 1n, write: 2n });
  });

  it("reads a publisher's secret from a configuration variable too, and for a local network from the environment", async () => {
    const publisherSecret = { _type: "ConfigurationVariable", name: "SECRET" } as const;
    const { publisherSecret: configured } = resolveWalrusConfig({ network: "mainnet", publisherSecret }, options);
    expect(await configured?.get()).to.equal("value of SECRET");
    const environment = { SCRIMSHAW_WALRUS_SECRET: "0x12" };
    const found = resolveWalrusConfig(undefined, { ...options, environment }).publisherSecret;
    expect(await found?.get()).to.equal("value of SCRIMSHAW_WALRUS_SECRET");
    const elsewhere = resolveWalrusConfig({ network: "testnet" }, { ...options, environment });
    expect(elsewhere.publisherSecret).to.equal(undefined);
  });

  it("says where attesters' keys are, and takes the keys themselves only from variables and files", async () => {
    const key = { _type: "ConfigurationVariable", name: "ATTESTER_KEY" } as const;
    const token = { _type: "ConfigurationVariable", name: "SIGNER_TOKEN" } as const;
    const attesters = {
      enclave: { keyFile: "keys/enclave.pem" },
      node: { key },
      hsm: { url: "https://signer.example/sign", publicKeyFile: "/keys/hsm.pem", token },
    };
    expect(configMistakes({ scrimshaw: { attesters } })).to.deep.equal([]);
    const { enclave, node, hsm } = resolveScrimshawConfig({ attesters }, options).attesters;
    expect(enclave).to.deep.equal({ kind: "file", keyFile: "/project/keys/enclave.pem" });
    expect(node?.kind === "variable" ? await node.key.get() : undefined).to.equal("value of ATTESTER_KEY");
    expect(hsm).to.deep.include({ kind: "remote", url: "https://signer.example/sign", publicKeyFile: "/keys/hsm.pem" });
    for (const wrong of [{ key: `0x${"11".repeat(32)}` }, { keyFile: "a", key }, { url: "https://x.example" }, {}]) {
      const [mistake] = configMistakes({ scrimshaw: { attesters: { wrong } } });
      expect(mistake?.path).to.deep.equal(["scrimshaw", "attesters", "wrong"]);
      expect(mistake?.message).to.not.contain("1111");
    }
  });

  it("reads the Sui key that pays for blobs only from a configuration variable, when it is needed", async () => {
    const privateKey = { _type: "ConfigurationVariable", name: "SUI_PRIVATE_KEY" } as const;
    const sui = { privateKey, relay: "https://relay.example", maxTip: 1n };
    expect(configMistakes({ walrus: { network: "testnet", sui } })).to.deep.equal([]);
    const { sui: resolved } = resolveWalrusConfig({ network: "testnet", sui }, options);
    expect(await resolved?.privateKey.get()).to.equal("value of SUI_PRIVATE_KEY");
    expect(resolved).to.deep.include({
      relay: "https://relay.example",
      maxTip: 1n,
      journalDir: "/project/.scrimshaw/writes",
    });
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
    ["a token in the file", { walrus: { publisherToken: "secret" } }, "walrus.publisherToken"],
    [
      "a token beside the secret that makes tokens",
      {
        walrus: {
          publisherToken: { _type: "ConfigurationVariable", name: "A" },
          publisherSecret: { _type: "ConfigurationVariable", name: "B" },
        },
      },
      "walrus.publisherSecret",
    ],
    ["a Sui key in the file", { walrus: { sui: { privateKey: "suiprivkey1" } } }, "walrus.sui.privateKey"],
    ["a price that is no FROST", { walrus: { prices: { storage: 0.5, write: 1n } } }, "walrus.prices.storage"],
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
