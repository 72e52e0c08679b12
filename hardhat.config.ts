import toolbox from "@nomicfoundation/hardhat-toolbox-mocha-ethers";
import { configVariable, defineConfig } from "hardhat/config";
import { createRequire } from "node:module";
import { SALT } from "./src/deployments/salt.ts";
import scrimshaw from "./src/hardhat/index.ts";

const require = createRequire(import.meta.url);
const campaign = process.env.SCRIMSHAW_CAMPAIGN === "1";

const compiler = {
  version: "0.8.37",
  // From npm: a download of the native one is not possible everywhere.
  path: require.resolve("solc/soljson.js"),
  // One bytecode for every chain; the simulated ones below run on the newest rules.
  settings: {
    ...{ evmVersion: "cancun", optimizer: { enabled: true, runs: 100_000 }, viaIR: true },
    // No hash of sources and settings in the code: addresses by CREATE2 change with the code alone.
    metadata: { bytecodeHash: "none" },
  },
};

/** A public test network. Its node's URL and the paying key are looked up when it is used: `npx hardhat keystore set <name>`. */
function testnet(chainId: number, urlVariable: string) {
  const accounts = [configVariable("DEPLOYER_PRIVATE_KEY")];
  return { type: "http", chainId, url: configVariable(urlVariable), accounts } as const;
}

export default defineConfig({
  plugins: [toolbox, scrimshaw],
  // In both profiles, because Hardhat gives the one for production settings of its own, and with them other bytecode.
  solidity: { profiles: { default: compiler, production: compiler } },
  networks: {
    default: { type: "edr-simulated", hardfork: "osaka" },
    node: { type: "edr-simulated", hardfork: "osaka" },
    sepolia: testnet(11_155_111, "SEPOLIA_RPC_URL"),
    hoodi: testnet(560_048, "HOODI_RPC_URL"),
    baseSepolia: testnet(84_532, "BASE_SEPOLIA_RPC_URL"),
    opSepolia: testnet(11_155_420, "OP_SEPOLIA_RPC_URL"),
    arbitrumSepolia: testnet(421_614, "ARBITRUM_SEPOLIA_RPC_URL"),
  },
  test: {
    mocha: { timeout: 120_000 },
    // The long form runs before a change is called done: npm run test:campaign.
    solidity: campaign
      ? { fuzz: { runs: 5_000 }, invariant: { runs: 256, depth: 128, failOnRevert: true } }
      : { fuzz: { runs: 256 }, invariant: { runs: 32, depth: 64, failOnRevert: true } },
  },
  // With `--strategy create2` Ignition puts contracts where `hardhat deployment create` does.
  ignition: { strategyConfig: { create2: { salt: SALT } } },
  typechain: { outDir: "typechain" },
  // The first account of a local chain, for the README's commands.
  scrimshaw: { addressBook: { alice: "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266" } },
});
