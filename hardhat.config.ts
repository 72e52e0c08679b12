import toolbox from "@nomicfoundation/hardhat-toolbox-mocha-ethers";
import { defineConfig } from "hardhat/config";
import { createRequire } from "node:module";
import scrimshaw from "./src/hardhat/index.ts";

const require = createRequire(import.meta.url);
const campaign = process.env.SCRIMSHAW_CAMPAIGN === "1";

export default defineConfig({
  plugins: [toolbox, scrimshaw],
  solidity: {
    version: "0.8.37",
    // The compiler from npm: a download of the native one is not possible everywhere.
    path: require.resolve("solc/soljson.js"),
    // One bytecode for every chain; the simulated ones below run on the newest rules.
    settings: { evmVersion: "cancun", optimizer: { enabled: true, runs: 100_000 }, viaIR: true },
  },
  networks: {
    default: { type: "edr-simulated", hardfork: "osaka" },
    node: { type: "edr-simulated", hardfork: "osaka" },
  },
  test: {
    mocha: { timeout: 120_000 },
    // The long form runs before a change is called done: npm run test:campaign.
    solidity: campaign
      ? { fuzz: { runs: 5_000 }, invariant: { runs: 256, depth: 128, failOnRevert: true } }
      : { fuzz: { runs: 256 }, invariant: { runs: 32, depth: 64, failOnRevert: true } },
  },
  typechain: { outDir: "typechain" },
  // The first account of a local chain, for the README's commands.
  scrimshaw: { addressBook: { alice: "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266" } },
});
