import { readFile, writeFile } from "node:fs/promises";
import { expect } from "chai";
import { network } from "hardhat";
import { availabilityGas } from "./support/availability-gas.ts";
import { deployAvailabilityOn } from "./support/availability.ts";
import { deployOn } from "./support/deployment.ts";
import { GAS_LIMITS } from "./support/gas-limits.ts";
import { registryGas } from "./support/registry-gas.ts";

const SNAPSHOT = new URL("./gas-snapshot.json", import.meta.url);

describe("Gas", () => {
  let measured: Record<string, number>;

  before(async () => {
    measured = { ...(await registryGas()), ...(await availabilityGas()) };
  });

  it("of every state-changing call is what the snapshot says, and within its limit", async () => {
    if (process.env["UPDATE_GAS_SNAPSHOT"] === "1") {
      await writeFile(SNAPSHOT, `${JSON.stringify(measured, undefined, 2)}\n`);
    }
    for (const [name, limit] of Object.entries(GAS_LIMITS)) expect(measured[name], name).to.be.at.most(limit);
    expect(measured).to.deep.equal(JSON.parse(await readFile(SNAPSHOT, "utf8")));
  });

  it("is in the snapshot for every function that changes state", async () => {
    const { ethers } = await network.create();
    const { models, proofs, attesters, verifier, p256, rsaPss, lens } = await deployOn(ethers);
    const registries = { ModelRegistry: models, ProofRegistry: proofs, AttesterRegistry: attesters };
    const { committees, availability } = await deployAvailabilityOn(ethers);
    const certificates = { WalrusCommittees: committees, BlobAvailability: availability };
    const contracts = { ...registries, ...certificates, verifier, p256, rsaPss, lens };
    for (const [name, contract] of Object.entries(contracts)) {
      contract.interface.forEachFunction((fragment) => {
        // Inherited from OpenZeppelin: called by the access manager, never by a user.
        if (fragment.constant || fragment.name === "setAuthority") return;
        const covered = Object.keys(measured).some((key) => key.split(" ")[0] === `${name}.${fragment.name}`);
        expect(covered, `${name}.${fragment.name}`).to.equal(true);
      });
    }
  });
});
