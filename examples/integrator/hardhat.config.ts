import { createRequire } from "node:module";
import { defineConfig } from "hardhat/config";
import scrimshaw from "scrimshaw/hardhat";

export default defineConfig({
  plugins: [scrimshaw],
  solidity: {
    version: "0.8.37",
    // From npm, for machines that cannot download a compiler.
    path: createRequire(import.meta.url).resolve("solc/soljson.js"),
    settings: { evmVersion: "prague" },
  },
});
