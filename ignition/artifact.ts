import { readFileSync } from "node:fs";
import { basename } from "node:path";
import type { Artifact } from "@nomicfoundation/ignition-core";
import { ScrimshawError } from "../src/errors.ts";

/**
 * The artifact of one of this package's contracts, by its path under `contracts/` without the ending, as in `lenses/ProofLens`. By its
 * name alone Ignition would look for it among the contracts of whoever deploys, who has not compiled it.
 * @throws ScrimshawError `command.not-built`
 */
export function artifactOf(contract: string): Artifact {
  const file = new URL(`../artifacts/contracts/${contract}.sol/${basename(contract)}.json`, import.meta.url);
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (cause) {
    throw new ScrimshawError({
      code: "command.not-built",
      expected: `the compiled contract ${contract}`,
      found: "none: `hardhat clean` removes it",
      next: "Run `npx hardhat build`, then the command again.",
      cause,
    });
  }
  return JSON.parse(text) as Artifact;
}
