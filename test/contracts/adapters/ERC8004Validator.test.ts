import { expect } from "chai";
import { AbiCoder, id, keccak256, ZeroHash } from "ethers";
import { ethers, networkHelpers } from "../support/chain.ts";
import { now } from "../support/deployment.ts";
import { CONTENT, withPolicy } from "../support/adapters.ts";
import { signWithdrawal, type Statement } from "../support/proofs.ts";

const { loadFixture } = networkHelpers;
const QUESTION = { modelId: id("model"), modelVersion: 3n, inputHash: CONTENT.inputHash, nonce: id("a nonce") };

/** A validator that an agent asked about its work. */
async function withAgent() {
  const made = await withPolicy();
  const [, agent, rival] = await ethers.getSigners();
  if (!agent || !rival) throw new Error("the chain has too few accounts");
  const registry = await ethers.deployContract("DraftValidationRegistry");
  const at = await registry.getAddress();
  const validator = await ethers.deployContract("ERC8004Validator", [at, await made.lens.getAddress(), made.policy]);
  const validations = await ethers.getContractAt("IERC8004ValidationRegistry", at);
  await registry.connect(agent).getFunction("register")();
  await registry.connect(rival).getFunction("register")();
  const question = { agentId: 1n, ...QUESTION };
  const requestHash = await validator.requestHashOf(question);
  const validatorAt = await validator.getAddress();
  await registry.connect(agent).getFunction("validationRequest")(validatorAt, 1, "data:,the question", requestHash);
  const { modelId, modelVersion } = QUESTION;
  const work: Partial<Statement> = { modelId, modelVersion, requestId: requestHash };
  const statusOf = async (of = requestHash) => {
    const [, agentId, response, responseHash, tag] = await validations.getValidationStatus(of);
    return { agentId, response, responseHash, tag };
  };
  return { ...made, agent, rival, registry, validator, validatorAt, question, requestHash, work, statusOf };
}

describe("ERC8004Validator", () => {
  it("answers 100 for work that a proof backs, recorded or in a batch, whoever asks it to", async () => {
    const { validator, registry, question, requestHash, work, recorded, settled, statusOf, rival } =
      await loadFixture(withAgent);
    const before = await networkHelpers.takeSnapshot();
    for (const make of [recorded, settled]) {
      const { form, proofId } = await make(work);
      await expect(validator.connect(rival).respond(question, form))
        .to.emit(validator, "WorkValidated")
        .withArgs(requestHash, 1n, proofId)
        .and.to.emit(registry, "ValidationResponse")
        .withArgs(validator, 1n, requestHash, 100n, "", proofId, "scrimshaw");
      expect(await statusOf()).to.deep.equal({
        agentId: 1n,
        response: 100n,
        responseHash: proofId,
        tag: "scrimshaw",
      });
      await before.restore();
    }
  });

  it("says nothing of a question that it was not asked, or of another agent's", async () => {
    const { validator, registry, question, work, recorded, rival, validatorAt, agent } = await loadFixture(withAgent);
    const mine = { ...question, agentId: 2n };
    const mineHash = await validator.requestHashOf(mine);
    // The registry does not know it.
    const { form } = await recorded({ ...work, requestId: mineHash });
    await expect(validator.respond(mine, form)).to.be.revert(ethers);
    // Another agent asks under the hash of this one's question, before it does.
    const next = { ...question, nonce: id("the next nonce") };
    const nextHash = await validator.requestHashOf(next);
    const request = registry.connect(rival).getFunction("validationRequest");
    await request(validatorAt, 2, "", nextHash);
    const squatted = await recorded({ ...work, requestId: nextHash });
    await expect(validator.respond(next, squatted.form))
      .to.be.revertedWithCustomError(validator, "ERC8004ValidatorNotAsked")
      .withArgs(nextHash, validator, 2n);
    // Somebody else is to validate.
    await request(agent.address, 2, "", mineHash);
    await expect(validator.respond(mine, form))
      .to.be.revertedWithCustomError(validator, "ERC8004ValidatorNotAsked")
      .withArgs(mineHash, agent, 2n);
  });

  it("credits no agent with the work of another", async () => {
    const { validator, registry, question, requestHash, work, recorded, rival, validatorAt } =
      await loadFixture(withAgent);
    const { form } = await recorded(work);
    const stolen = { ...question, agentId: 2n };
    const stolenHash = await validator.requestHashOf(stolen);
    await registry.connect(rival).getFunction("validationRequest")(validatorAt, 2, "", stolenHash);
    await expect(validator.respond(stolen, form))
      .to.be.revertedWithCustomError(validator, "ERC8004ValidatorOtherQuestion")
      .withArgs(stolenHash, requestHash);
  });

  it("holds the proof against the question and the policy", async () => {
    const { validator, question, requestHash, work, recorded, lens } = await loadFixture(withAgent);
    for (const other of [{ modelId: id("another") }, { modelVersion: 4n }, { inputHash: id("another input") }]) {
      const { form } = await recorded({ ...work, ...other });
      await expect(validator.respond(question, form))
        .to.be.revertedWithCustomError(validator, "ERC8004ValidatorOtherQuestion")
        .withArgs(requestHash, requestHash);
    }
    const { form } = await recorded({ ...work, manifestHash: id("another manifest") });
    await expect(validator.respond(question, form)).to.be.revertedWithCustomError(lens, "ProofLensOtherManifest");
    await expect(validator.respond(question, "0x")).to.be.revertedWithCustomError(
      validator,
      "PolicyAdapterUnknownForm",
    );
  });

  it("takes an answer back once the proof is withdrawn, and takes another proof then", async () => {
    const { validator, question, requestHash, work, recorded, settled, statusOf, proofs, attester, rival } =
      await loadFixture(withAgent);
    const first = await recorded(work);
    await expect(validator.retract(requestHash))
      .to.be.revertedWithCustomError(validator, "ERC8004ValidatorNotValidated")
      .withArgs(requestHash);
    await validator.respond(question, first.form);
    await expect(validator.retract(requestHash))
      .to.be.revertedWithCustomError(validator, "ERC8004ValidatorStillVouchedFor")
      .withArgs(requestHash, first.proofId);
    await proofs.withdrawWithSeal(first.proof, await signWithdrawal(proofs, attester, first.proofId));
    await expect(validator.connect(rival).retract(requestHash))
      .to.emit(validator, "ValidationRetracted")
      .withArgs(requestHash, first.proofId);
    expect((await statusOf()).response).to.equal(0n);
    await expect(validator.respond(question, first.form)).to.be.revert(ethers);
    await expect(validator.retract(requestHash)).to.be.revert(ethers);
    await validator.respond(question, (await settled(work)).form);
    expect((await statusOf()).response).to.equal(100n);
  });

  it("takes an answer back for a key that was stolen by then, and not for a thief's withdrawal", async () => {
    const { validator, question, requestHash, work, recorded, statusOf, proofs, attester, attesters, attesterId } =
      await loadFixture(withAgent);
    const { form, proof, proofId, anchoredAt } = await recorded(work);
    await validator.respond(question, form);
    await proofs.withdrawWithSeal(proof, await signWithdrawal(proofs, attester, proofId));
    const withdrawnAt = await now();
    await attesters.revoke(attesterId, withdrawnAt, "the thief withdrew it");
    await expect(validator.retract(requestHash)).to.be.revertedWithCustomError(
      validator,
      "ERC8004ValidatorStillVouchedFor",
    );
    expect((await statusOf()).response).to.equal(100n);
    await attesters.revoke(attesterId, anchoredAt, "the thief made it, too");
    await validator.retract(requestHash);
    expect((await statusOf()).response).to.equal(0n);
  });

  it("without a registry of attesters counts every withdrawal", async () => {
    const { lens, registry, policy, agent, question, work, recorded, proofs, attester } = await loadFixture(withAgent);
    const believing = await ethers.deployContract("ERC8004Validator", [
      await registry.getAddress(),
      await lens.getAddress(),
      { ...policy, attesters: ethers.ZeroAddress },
    ]);
    const requestHash = await believing.requestHashOf(question);
    await registry.connect(agent).getFunction("validationRequest")(believing, 1, "", requestHash);
    const { form, proof, proofId } = await recorded({ ...work, requestId: requestHash });
    await believing.respond(question, form);
    await expect(believing.retract(requestHash)).to.be.revertedWithCustomError(
      believing,
      "ERC8004ValidatorStillVouchedFor",
    );
    await proofs.withdrawWithSeal(proof, await signWithdrawal(proofs, attester, proofId));
    await believing.retract(requestHash);
  });

  it("names questions by chain, contract and fields", async () => {
    const { validator, validatorAt, registry, question, requestHash } = await loadFixture(withAgent);
    const { chainId } = await ethers.provider.getNetwork();
    const { agentId, modelId, modelVersion, inputHash, nonce } = question;
    const fields = [chainId, validatorAt, agentId, modelId, modelVersion, inputHash, nonce];
    const types = ["uint256", "address", "uint256", "bytes32", "uint32", "bytes32", "bytes32"];
    expect(requestHash).to.equal(keccak256(AbiCoder.defaultAbiCoder().encode(types, fields)));
    expect(await validator.requestHashOf({ ...question, nonce: ZeroHash })).to.not.equal(requestHash);
    expect(await validator.validations()).to.equal(await registry.getAddress());
  });
});
