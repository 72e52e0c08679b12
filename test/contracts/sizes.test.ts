import { expect } from "chai";
import { dataLength } from "ethers";
import hre from "hardhat";

/** EIP-170 and EIP-3860, in bytes; without the arguments of constructors, which are a few words. */
const LIMITS = { runtime: 24_576, init: 49_152 };

describe("Sizes", () => {
  it("of all contracts stay under the limits of the chain", async () => {
    const sizes: { name: string; runtime: number; init: number }[] = [];
    for (const name of await hre.artifacts.getAllFullyQualifiedNames()) {
      if (!name.startsWith("contracts/")) continue;
      const { bytecode, deployedBytecode, contractName } = await hre.artifacts.readArtifact(name);
      const runtime = dataLength(deployedBytecode);
      if (runtime > 0) sizes.push({ name: contractName, runtime, init: dataLength(bytecode) });
    }
    expect(sizes.map(({ name }) => name)).to.include.members(["ModelRegistry", "ProofRegistry", "AttesterRegistry"]);
    for (const { name, runtime, init } of sizes.sort((a, b) => b.runtime - a.runtime)) {
      if (runtime > 1000) process.stdout.write(`      ${name}: ${runtime} bytes, ${init} to create\n`);
      expect(runtime, name).to.be.at.most(LIMITS.runtime);
      expect(init, name).to.be.at.most(LIMITS.init);
    }
  });
});
