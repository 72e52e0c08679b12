import { expect } from "chai";
import { Wallet, recoverAddress } from "ethers";

import { walletAttester } from "../../src/attesters/sign-digest.ts";
import { parseRecipients } from "../../src/models/age/recipients.ts";
import { describeInference } from "../../src/proofs/describe-inference.ts";
import { decryptEvidence, isEncrypted } from "../../src/proofs/encrypted-evidence.ts";
import { boundStatementHash, decodeEvidence, evidenceHash } from "../../src/proofs/evidence-bytes.ts";
import { ZERO_HASH, digestOf, submitterId } from "../../src/proofs/proof.ts";
import { sealProof } from "../../src/proofs/seal-proof.ts";
import { hashStatement } from "../../src/proofs/statement.ts";
import type { Statement } from "../../src/proofs/statement.ts";
import { hashTensors } from "../../src/proofs/tensors.ts";
import type { Tensor } from "../../src/proofs/tensors.ts";
import { newKey } from "../models/support/private-world.ts";
import { rejection } from "../support/rejection.ts";
import { bytes32 } from "./support/sample-proof.ts";

const model = { modelId: bytes32("model"), modelVersion: 1, manifestHash: bytes32("manifest") };
const inputs: Tensor[] = [{ name: "x", dtype: "uint8", shape: [2], data: Uint8Array.of(1, 2) }];
const outputs: Tensor[] = [{ name: "y", dtype: "uint8", shape: [1], data: Uint8Array.of(3) }];
const inference = { model, inputs, outputs, runtime: { id: "r", version: "1" }, requestId: bytes32("request") };

describe("describeInference", () => {
  it("publishes no plaintext and salts the hashes unless told otherwise", async () => {
    const one = await describeInference(inference);
    const two = await describeInference(inference);
    expect(decodeEvidence(one.evidence).content).to.have.all.keys("runtime");
    expect(one.statement.inputHash).to.not.equal(two.statement.inputHash);
    expect(one.statement.inputHash).to.equal(hashTensors({ tensors: inputs, salt: one.salts!.input }));
    expect(one.statement.outputHash).to.equal(hashTensors({ tensors: outputs, salt: one.salts!.output }));
  });

  it("takes the salt of an input's hash that was agreed on, and none that is too short", async () => {
    const inputSalt = new Uint8Array(32).fill(7);
    const { statement, salts } = await describeInference({ ...inference, inputSalt });
    expect(statement.inputHash).to.equal(hashTensors({ tensors: inputs, salt: inputSalt }));
    expect(salts?.input).to.deep.equal(inputSalt);
    const short = () => describeInference({ ...inference, inputSalt: inputSalt.subarray(1) });
    expect((await rejection(short)).code).to.equal("proofs.tensor-invalid");
  });

  it("publishes plaintext on demand, without salts, and binds it to the statement", async () => {
    const { statement, evidence, salts } = await describeInference({ ...inference, plaintextFor: "everybody" });
    const decoded = decodeEvidence(evidence);
    expect(salts).to.equal(undefined);
    expect(decoded.content.inputs).to.deep.equal(inputs);
    expect(decoded.statementHash).to.equal(hashStatement(statement));
    expect(statement.outputHash).to.equal(hashTensors({ tensors: outputs }));
  });

  it("gives plaintext and salts to recipients alone, and binds them to the statement in clear", async () => {
    const reader = await newKey();
    const plaintextFor = await parseRecipients([reader.recipient]);
    const { statement, evidence, salts } = await describeInference({ ...inference, plaintextFor });
    expect(boundStatementHash(evidence)).to.equal(hashStatement(statement));
    expect(isEncrypted(evidence)).to.equal(true);
    expect((await rejection(() => decodeEvidence(evidence))).code).to.equal("proofs.evidence-invalid");
    const { content } = decodeEvidence(await decryptEvidence({ evidence, identities: reader.identities }));
    expect(content).to.deep.include({ inputs, outputs, inputSalt: salts?.input, outputSalt: salts?.output });
    expect(statement.inputHash).to.equal(hashTensors({ tensors: inputs, salt: content.inputSalt! }));
  });
});

describe("sealProof", () => {
  let statement: Statement;
  let evidence: Uint8Array;
  before(async () => {
    ({ statement, evidence } = await describeInference({ ...inference, producedAt: 5n }));
  });
  const domain = { chainId: 31337n, proofRegistry: Wallet.createRandom().address };

  it("has the attester sign the digest of exactly this proof", async () => {
    const wallet = Wallet.createRandom();
    const verifier = Wallet.createRandom().address as `0x${string}`;
    const backing = { kind: "attester", attester: walletAttester(wallet), verifier } as const;
    const { proof, seal } = await sealProof({ statement, evidence, blobId: bytes32("blob"), backing, domain });
    expect(recoverAddress(digestOf({ proof, domain }), seal)).to.equal(wallet.address);
    expect(proof.evidence).to.include({
      verifier,
      blobId: bytes32("blob"),
      contentHash: evidenceHash(evidence),
      size: BigInt(evidence.length),
    });
  });

  it("names the submitter inside a vanilla proof, and seals nothing", async () => {
    const submitter = Wallet.createRandom().address;
    const { proof, seal } = await sealProof({ statement, evidence, backing: { kind: "vanilla", submitter }, domain });
    expect(seal).to.equal("0x");
    expect(proof.evidence).to.include({ attesterId: submitterId(submitter), blobId: ZERO_HASH });
  });
});
