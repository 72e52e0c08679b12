import { expect } from "chai";
import { concat, ZeroHash, zeroPadBytes } from "ethers";
import { askVerifier } from "../../src/proofs/ask-verifier.ts";
import { findRefusedSeals } from "../../src/proofs/check-seals.ts";
import { proofIdOf } from "../../src/proofs/proof.ts";
import type { SealedProof } from "../../src/proofs/proof.ts";
import type { Hex } from "../../src/proofs/statement.ts";
import { ethers, networkHelpers } from "../contracts/support/chain.ts";
import { deploy } from "../contracts/support/deployment.ts";
import { refusal } from "../support/rejection.ts";
import { bytes32, samplePart } from "./support/sample-proof.ts";

const digest = bytes32("digest");

describe("A verifier that is asked before anything is settled", () => {
  function sealedFor(verifier: string): SealedProof {
    const { proof } = samplePart(verifier);
    return {
      proof: { ...proof, evidence: { ...proof.evidence, verifier: verifier.toLowerCase() as Hex } },
      seal: "0x5ea1",
    };
  }

  async function scripted(answer: string, length: number, reverts = false): Promise<SealedProof> {
    const contract = await ethers.deployContract("ScriptedVerifier", [answer, length, reverts]);
    return sealedFor(await contract.getAddress());
  }

  const ask = (sealed: SealedProof) => askVerifier({ ...sealed, provider: ethers.provider, digest, anchoredAt: 1n });

  it("is believed for the one answer that a registry takes, and for no longer, shorter or other one", async () => {
    const { proofs, verifier, accounts } = await networkHelpers.loadFixture(deploy);
    const magic = verifier.interface.getFunction("verify").selector;
    const answers: [answer: string, length: number, accepted: boolean][] = [
      [magic, 32, true],
      [magic, 31, false],
      [magic, 33, false],
      [magic, 64, false],
      [magic, 4, false],
      [concat([magic, `0x${"00".repeat(27)}01`]), 32, false],
      [ZeroHash, 32, false],
      ["0x", 0, false],
      [zeroPadBytes(magic, 32), 1_000_000, false],
    ];
    for (const [answer, length, accepted] of answers) {
      const sealed = await scripted(answer, length);
      const said = await ask(sealed);
      expect(said.accepted, `${answer}, ${length}`).to.equal(accepted);
      expect(said.answer.length).to.be.at.most(66);
      // As the registry has it.
      const size = { ...sealed.proof.evidence, blobId: bytes32("blob") };
      const recording = proofs.record.staticCall({ ...sealed.proof, evidence: size }, sealed.seal);
      if (accepted) await recording;
      else await expect(recording).to.be.revertedWithCustomError(proofs, "ProofRegistryVerifierRejected");
      const settler = accounts.settler.address;
      const options = { proofs: [sealed], registry: proofs, provider: ethers.provider, settler };
      const refused = await findRefusedSeals(options);
      expect(refused.get(proofIdOf(sealed.proof))?.code).to.equal(accepted ? undefined : "proofs.seal-refused");
    }
  });

  it("is not there where no contract is, and its own words come through when it reverts", async () => {
    const { accounts } = await networkHelpers.loadFixture(deploy);
    expect(await ask(sealedFor(accounts.stranger.address))).to.deep.equal({ accepted: false, answer: "0x" });
    const reason = new ethers.Interface(["error Error(string)"]).encodeErrorResult("Error", ["not today"]);
    const error = await refusal("chain.reverted", async () =>
      ask(await scripted(reason, (reason.length - 2) / 2, true)),
    );
    expect(error.found).to.contain("not today");
  });
});
