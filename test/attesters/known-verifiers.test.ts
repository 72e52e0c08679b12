import { expect } from "chai";
import { artifacts } from "hardhat";
import { ATTESTED_IMMUTABLES, knownVerifier } from "../../src/attesters/known-verifiers.ts";
import { codeTemplate, immutablesIn } from "../../src/chain/known-code.ts";
import { AttestedSignatureVerifier__factory } from "../../typechain/factories/verifiers/AttestedSignatureVerifier__factory.ts";
import { ethers } from "../contracts/support/chain.ts";
import { MAX_DELAY, deploy } from "../contracts/support/deployment.ts";
import type { Deployment } from "../contracts/support/deployment.ts";

const KNOWN = ["AttestedSignatureVerifier", "P256Verifier", "RsaPssVerifier"] as const;

describe("A verifier that is known by its code", () => {
  let deployed: Deployment;
  before(async () => {
    deployed = await deploy();
  });

  /** Where the verifier's code holds its immutables. */
  const USES = codeTemplate(AttestedSignatureVerifier__factory.bytecode)!.immutables;
  const codeOf = async (contract: { readonly getAddress: () => Promise<string> }): Promise<string> =>
    ethers.provider.getCode(await contract.getAddress());

  for (const name of KNOWN) {
    it(`is what the compiler says it leaves on chain, immutables included: ${name}`, async () => {
      const artifact = await artifacts.readArtifact(name);
      const template = codeTemplate(artifact.bytecode);
      expect(`0x${Buffer.from(template!.code).toString("hex")}`).to.equal(artifact.deployedBytecode);
      const places = Object.values(artifact.immutableReferences ?? {}).flat();
      const sorted = places.map(({ start }) => start).toSorted((a, b) => a - b);
      expect(template!.immutables).to.deep.equal(sorted);
      expect(places.every(({ length }) => length === 32)).to.equal(true);
    });
  }

  it("tells its registry and its delay from where the compiler put them", async () => {
    const code = await codeOf(deployed.verifier);
    const attesters = (await deployed.attesters.getAddress()).toLowerCase();
    expect(knownVerifier(code)).to.deep.equal({ kind: "attested-signature", attesters, maxDelay: MAX_DELAY });
    const { bytecode } = await artifacts.readArtifact("AttestedSignatureVerifier");
    const words = immutablesIn(code, codeTemplate(bytecode)!)!;
    const meant = ATTESTED_IMMUTABLES.map((name) => (name === "maxDelay" ? MAX_DELAY : BigInt(attesters)));
    expect(words).to.deep.equal(meant);
  });

  it("tells the scheme of keys", async () => {
    expect(knownVerifier(await codeOf(deployed.p256))).to.deep.equal({ kind: "key", scheme: "p256" });
    expect(knownVerifier(await codeOf(deployed.rsaPss))).to.deep.equal({ kind: "key", scheme: "rsa-pss" });
  });

  it("is none with another byte, with less or more, or with two values of one immutable", async () => {
    for (const contract of [deployed.verifier, deployed.p256, deployed.rsaPss]) {
      const code = await codeOf(contract);
      const bytes = Buffer.from(code.slice(2), "hex");
      const others = ["0x", code.slice(0, -2), `${code}00`, `0x${code.slice(4)}`];
      const places = Array.from({ length: 40 }, (_, index) => Math.floor((index * bytes.length) / 40));
      for (const at of [...places, ...USES.flatMap((use) => [use, use + 31]), bytes.length - 1]) {
        const bent = Buffer.from(bytes);
        bent[at]! ^= 1;
        others.push(`0x${bent.toString("hex")}`);
      }
      for (const other of others) expect(knownVerifier(other)).to.equal(undefined);
    }
    expect(knownVerifier(await codeOf(deployed.attesters))).to.equal(undefined);
  });
});
