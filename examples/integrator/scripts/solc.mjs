#!/usr/bin/env node
// The compiler of the package `solc` as a program, as Foundry wants one: `forge test --offline --use scripts/solc.mjs`.
import { readFileSync } from "node:fs";
import solc from "solc";

if (process.argv.includes("--version")) {
  const version = solc.version().replace("Emscripten.clang", "Linux.g++");
  process.stdout.write(`solc, the solidity compiler commandline interface\nVersion: ${version}\n`);
} else if (process.argv.includes("--standard-json")) {
  process.stdout.write(solc.compile(readFileSync(0, "utf8")));
} else {
  process.stderr.write("expected --version or --standard-json\n");
  process.exitCode = 1;
}
