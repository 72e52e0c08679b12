import { expect } from "chai";
import { concat, dataSlice, id, keccak256, ZeroAddress, ZeroHash } from "ethers";
import { ethers, networkHelpers } from "../support/chain.ts";
import { CONTENT, recordedForm, withPolicy } from "../support/adapters.ts";
import { signWithdrawal } from "../support/proofs.ts";

const { loadFixture } = networkHelpers;
const { prompt, aigcData, inputHash, outputHash } = CONTENT;

async function withVerifier() {
  const made = await withPolicy();
  const erc7007 = await ethers.deployContract("ERC7007Verifier", [await made.lens.getAddress(), made.policy]);
  const token = await ethers.deployContract("ContentToken", [await erc7007.getAddress()]);
  return { ...made, erc7007, token };
}

describe("ERC7007Verifier", () => {
  it("says yes to the tensors that a verified proof speaks of, recorded or in a batch, and names the proof", async () => {
    const { erc7007, recorded, settled } = await loadFixture(withVerifier);
    for (const { form, proofId } of [await recorded(), await settled()]) {
      expect(await erc7007.verify(prompt, aigcData, form)).to.equal(true);
      expect(await erc7007.requireVerified(prompt, aigcData, form)).to.equal(proofId);
    }
  });

  it("serves a token of ERC-7007", async () => {
    const { token, recorded, accounts } = await loadFixture(withVerifier);
    const { form } = await recorded();
    const mine = token.connect(accounts.publisher);
    const tokenId = BigInt(keccak256(prompt));
    await mine.getFunction("mint")(prompt);
    await expect(mine.getFunction("addAigcData")(tokenId, prompt, aigcData, form)).to.emit(token, "AigcData");
    await expect(mine.getFunction("addAigcData")(tokenId, prompt, prompt, form)).to.be.revert(ethers);
    expect(await token.getFunction("supportsInterface")("0x702c55a6")).to.equal(true);
  });

  it("says no to another prompt and other content, and why", async () => {
    const { erc7007, recorded } = await loadFixture(withVerifier);
    const { form } = await recorded();
    expect(await erc7007.verify(aigcData, aigcData, form)).to.equal(false);
    await expect(erc7007.requireVerified(aigcData, aigcData, form))
      .to.be.revertedWithCustomError(erc7007, "ERC7007VerifierOtherContent")
      .withArgs(outputHash, inputHash);
    expect(await erc7007.verify(prompt, prompt, form)).to.equal(false);
    await expect(erc7007.requireVerified(prompt, prompt, form))
      .to.be.revertedWithCustomError(erc7007, "ERC7007VerifierOtherContent")
      .withArgs(inputHash, outputHash);
  });

  it("says no to what does not meet the policy: another manifest, a withdrawn proof, a stolen key", async () => {
    const { erc7007, lens, recorded, proofs, attester, attesters, attesterId } = await loadFixture(withVerifier);
    const other = await recorded({ manifestHash: id("another manifest") });
    expect(await erc7007.verify(prompt, aigcData, other.form)).to.equal(false);
    await expect(erc7007.requireVerified(prompt, aigcData, other.form)).to.be.revertedWithCustomError(
      lens,
      "ProofLensOtherManifest",
    );
    const good = await recorded();
    const before = await networkHelpers.takeSnapshot();
    await proofs.withdrawWithSeal(good.proof, await signWithdrawal(proofs, attester, good.proofId));
    expect(await erc7007.verify(prompt, aigcData, good.form)).to.equal(false);
    await before.restore();
    await attesters.revoke(attesterId, good.anchoredAt + 1n, "stolen");
    expect(await erc7007.verify(prompt, aigcData, good.form)).to.equal(true);
    await before.restore();
    await attesters.revoke(attesterId, good.anchoredAt, "stolen before");
    expect(await erc7007.verify(prompt, aigcData, good.form)).to.equal(false);
  });

  it("says no to bytes that are no proof, without reverting", async () => {
    const { erc7007, recorded } = await loadFixture(withVerifier);
    const { form, proof } = await recorded();
    const bad = ["0x", "0x01", "0x02", "0x03", dataSlice(form, 0, 100), concat(["0x02", dataSlice(form, 1)])];
    for (const bytes of [...bad, concat(["0x00", dataSlice(form, 1)]), `0x02${"ff".repeat(400)}`]) {
      expect(await erc7007.verify(prompt, aigcData, bytes), bytes).to.equal(false);
    }
    for (const [bytes, form] of [
      ["0x", 0n],
      ["0x0307", 3n],
    ] as const) {
      await expect(erc7007.requireVerified(prompt, aigcData, bytes))
        .to.be.revertedWithCustomError(erc7007, "PolicyAdapterUnknownForm")
        .withArgs((bytes.length - 2) / 2, form);
    }
    const nowhere = recordedForm(proof.statement, id("no record"));
    expect(await erc7007.verify(prompt, aigcData, nowhere)).to.equal(false);
  });

  it("is not made for any verifier or any manifest, shows its policy, and does not claim to be a token", async () => {
    const { erc7007, lens, policy } = await loadFixture(withVerifier);
    for (const open of [{ verifier: ZeroAddress }, { manifestHash: ZeroHash }]) {
      const asked = { ...policy, ...open };
      await expect(ethers.deployContract("ERC7007Verifier", [await lens.getAddress(), asked]))
        .to.be.revertedWithCustomError(erc7007, "PolicyAdapterOpenPolicy")
        .withArgs(asked.verifier, asked.manifestHash);
    }
    const shown = await erc7007.policy();
    expect([shown.verifier, shown.manifestHash, [...shown.attesterIds]]).to.deep.equal([
      policy.verifier,
      policy.manifestHash,
      policy.attesterIds,
    ]);
    expect(await erc7007.proofs()).to.equal(await lens.getAddress());
    expect(await erc7007.version()).to.equal("1.0.0");
    expect(await erc7007.supportsInterface("0x702c55a6")).to.equal(false);
  });
});
