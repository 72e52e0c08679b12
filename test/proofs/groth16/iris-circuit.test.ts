import { expect } from "chai";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { concat, dataSlice, toBeHex } from "ethers";
import { CIRCUIT_FOLDER, compileCircuit } from "../../../examples/iris/circuit/compile.ts";
import type { CompiledCircuit } from "../../../examples/iris/circuit/compile.ts";
import { classTensor, featuresTensor, proveIris } from "../../../examples/iris/circuit/prove.ts";
import { toBytes } from "../../../examples/iris/circuit/quantise.ts";
import { setUp } from "../../../examples/iris/circuit/setup.ts";
import { openCurve } from "../../../examples/iris/circuit/snark.ts";
import { verifierArguments } from "../../../examples/iris/circuit/verifier.ts";
import { readIris } from "../../../examples/iris/dataset.ts";
import { publishModel } from "../../../src/models/publish.ts";
import type { PublishedModel } from "../../../src/models/publish.ts";
import type { BundlePart } from "../../../src/proofs/batch-part.ts";
import { describeInference } from "../../../src/proofs/describe-inference.ts";
import type { ModelVersion } from "../../../src/proofs/describe-inference.ts";
import { groth16Key } from "../../../src/proofs/groth16/key.ts";
import { digestOf } from "../../../src/proofs/proof.ts";
import type { Proof } from "../../../src/proofs/proof.ts";
import { recordProof } from "../../../src/proofs/record-proof.ts";
import { sealProof } from "../../../src/proofs/seal-proof.ts";
import { settleBatch } from "../../../src/proofs/settle-batch.ts";
import type { Hex } from "../../../src/proofs/statement.ts";
import { hashTensors } from "../../../src/proofs/tensors.ts";
import { blobIdToHex } from "../../../src/walrus/blob-id.ts";
import type { Groth16TensorVerifier } from "../../../typechain/verifiers/Groth16TensorVerifier.ts";
import { ethers } from "../../contracts/support/chain.ts";
import { MAX_DELAY, now } from "../../contracts/support/deployment.ts";
import { FIELD } from "../../contracts/support/groth16.ts";
import { refusal } from "../../support/rejection.ts";
import { AuditWorld, named } from "../support/audit-world.ts";
import { bytes32 } from "../support/sample-proof.ts";

/** A row of each species. */
const ROWS = [4, 54, 104];

describe("Proofs of the Iris circuit", () => {
  let world: AuditWorld;
  let model: PublishedModel;
  let circuit: CompiledCircuit;
  let provingKey: Uint8Array;
  let verifier: Groth16TensorVerifier;

  before(async () => {
    world = await AuditWorld.create();
    const registry = world.deployed.models.connect(world.deployed.accounts.publisher);
    model = await publishModel({ folder: CIRCUIT_FOLDER, registry, store: world.store });
    circuit = await compileCircuit();
    provingKey = new Uint8Array(await readFile(join(CIRCUIT_FOLDER, "iris.zkey")));
    const json: unknown = JSON.parse(await readFile(join(CIRCUIT_FOLDER, "verification_key.json"), "utf8"));
    verifier = await deployFor(json);
  });
  beforeEach(() => world.remember());
  afterEach(() => world.restore());
  after(async () => {
    await (await openCurve()).terminate();
    await world.close();
  });

  function modelVersion(): ModelVersion {
    const { modelId, version, manifestReference } = model;
    return { modelId, modelVersion: version, manifestHash: manifestReference.contentHash };
  }

  async function deployFor(verifyingKey: unknown): Promise<Groth16TensorVerifier> {
    const deployment = verifierArguments({ model: modelVersion(), maxDelay: MAX_DELAY, verifyingKey });
    return await ethers.deployContract("Groth16TensorVerifier", [...deployment]);
  }

  interface Making {
    readonly row: number;
    readonly place?: "alone" | "batch";
    readonly chainId?: bigint;
    readonly proofRegistry?: string;
    readonly to?: Groth16TensorVerifier;
    readonly key?: Uint8Array;
  }

  /** A proof about a real flower, as a node makes it. */
  async function make({
    row,
    place = "alone",
    chainId,
    proofRegistry,
    to = verifier,
    key,
  }: Making): Promise<BundlePart> {
    const { features, species } = (await readIris())[row]!;
    const [input, output] = [featuresTensor(toBytes(features)), classTensor(species)];
    const { statement, evidence } = await describeInference({
      model: modelVersion(),
      inputs: [input],
      outputs: [output],
      runtime: { id: "circom", version: "2.2.3" },
      requestId: bytes32(`request ${row}`),
      producedAt: await now(),
      plaintextFor: "everybody",
    });
    const sealed = await sealProof({
      statement,
      evidence,
      ...(place === "alone" && { blobId: blobIdToHex(await world.blobIdOf(evidence)) }),
      backing: {
        kind: "prover",
        verifier: (await to.getAddress()) as Hex,
        prove: (digest) => proveIris({ digest, input, output, ...circuit, provingKey: key ?? provingKey }),
      },
      domain: {
        chainId: chainId ?? (await ethers.provider.getNetwork()).chainId,
        proofRegistry: proofRegistry ?? (await world.deployed.proofs.getAddress()),
      },
    });
    return { ...sealed, evidence };
  }

  async function refused(proof: Proof, seal: string, error: string): Promise<void> {
    const { proofs } = world.deployed;
    const anchoredAt = await now();
    const { chainId } = await ethers.provider.getNetwork();
    const digest = digestOf({ proof, domain: { chainId, proofRegistry: await proofs.getAddress() } });
    await expect(verifier.verify(digest, proof, anchoredAt, seal)).to.be.revertedWithCustomError(verifier, error);
    await expect(proofs.record(proof, seal)).to.be.revertedWithCustomError(proofs, "ProofRegistryVerifierReverted");
  }

  it("are recorded for real flowers of every species", async () => {
    for (const row of ROWS) {
      const { proof, seal } = await make({ row });
      const receipt = await (await world.deployed.proofs.record(proof, seal)).wait();
      expect(Number(receipt?.gasUsed)).to.be.within(300_000, 400_000);
    }
  });

  it("pass an audit down to the bytes; that nobody here runs circuits again is said, and is no failure", async () => {
    const registry = world.deployed.proofs.connect(world.deployed.accounts.stranger);
    const { proofId } = await recordProof({ part: await make({ row: 4 }), store: world.store, registry });
    const report = await world.audit(proofId, { trustedVerifiers: [await verifier.getAddress()] });
    expect(named(report, "failed")).to.deep.equal([]);
    expect(named(report, "not-checked")).to.deep.equal(["rerun"]);
    expect(named(report, "passed")).to.include.members(["seal", "binding", "model-version", "manifest"]);
    expect(named(report, "passed")).to.not.include("attester");
  });

  it("settle in a batch beside signed ones, whose seals are asked first; the audit finds exchanged ones", async () => {
    const parts = [
      await make({ row: 4, place: "batch" }),
      await make({ row: 54, place: "batch" }),
      await world.make({ place: "batch" }),
    ];
    const { proofs, accounts } = world.deployed;
    const settling = {
      store: world.store,
      registry: proofs.connect(accounts.settler),
      settler: accounts.settler.address,
    };
    const { batchId, tree, entries } = await settleBatch({ ...settling, parts, provider: ethers.provider });
    const trustedVerifiers = [await verifier.getAddress(), await world.deployed.verifier.getAddress()];
    const report = await world.audit(batchId, { trustedVerifiers, rerun: false });
    expect(report.outcome).to.equal("passed");
    const entry = entries.find(({ proof }) => proof.evidence.verifier === parts[0]!.proof.evidence.verifier)!;
    const { proof, seal, offset, length, proofId } = entry;
    await proofs.verifyInBatch(batchId, proof, offset, length, [...tree.merkleProof(proofId)!], seal);

    const exchanged = [
      { ...parts[0]!, seal: parts[1]!.seal },
      { ...parts[1]!, seal: parts[0]!.seal },
    ];
    await refusal("proofs.seal-refused", () =>
      settleBatch({ ...settling, parts: exchanged, provider: ethers.provider }),
    );
    const bad = await settleBatch({ ...settling, parts: exchanged });
    expect(named(await world.audit(bad.batchId, { trustedVerifiers, rerun: false }), "failed")).to.deep.equal(["seal"]);
  });

  it("hold for no other statement and no other evidence", async () => {
    const { proof, seal } = await make({ row: 54 });
    const { statement, evidence } = proof;
    for (const changed of [
      { ...proof, statement: { ...statement, requestId: bytes32("another request") } },
      { ...proof, statement: { ...statement, producedAt: statement.producedAt - 1n } },
      { ...proof, evidence: { ...evidence, blobId: bytes32("another blob") } },
      { ...proof, evidence: { ...evidence, contentHash: bytes32("another content") } },
      { ...proof, evidence: { ...evidence, size: evidence.size + 1n } },
    ]) {
      await refused(changed, seal, "Groth16VerifierInvalidProof");
    }
    await refused({ ...proof, statement: { ...statement, modelVersion: 2 } }, seal, "Groth16VerifierOtherModelVersion");
    const attesterId = world.deployed.attesterId as Hex;
    await refused({ ...proof, evidence: { ...evidence, attesterId } }, seal, "Groth16VerifierAttesterNamed");
  });

  it("hold for no other class and no other flower, in the statement, in the seal or in both", async () => {
    const { proof, seal } = await make({ row: 54 });
    const [features, species] = [dataSlice(seal, 256, 260), dataSlice(seal, 260)];
    expect(species).to.equal("0x01");
    const points = dataSlice(seal, 0, 256);
    const virginica = hashTensors({ tensors: [classTensor(2)] });
    const other = featuresTensor([51, 35, 14, 2]);
    const claims: Proof = { ...proof, statement: { ...proof.statement, outputHash: virginica } };
    await refused(claims, seal, "Groth16TensorVerifierOtherOutput");
    await refused(proof, concat([points, features, "0x02"]), "Groth16TensorVerifierOtherOutput");
    await refused(claims, concat([points, features, "0x02"]), "Groth16VerifierInvalidProof");
    const flower: Proof = {
      ...proof,
      statement: { ...proof.statement, inputHash: hashTensors({ tensors: [other] }) },
    };
    await refused(flower, seal, "Groth16TensorVerifierOtherInput");
    await refused(proof, concat([points, other.data, species]), "Groth16TensorVerifierOtherInput");
    await refused(flower, concat([points, other.data, species]), "Groth16VerifierInvalidProof");
  });

  it("hold on no other chain, for no other registry and under no other circuit's key", async () => {
    const elsewhere = await make({ row: 104, chainId: 1n });
    await refused(elsewhere.proof, elsewhere.seal, "Groth16VerifierInvalidProof");
    const second = await ethers.deployContract("ProofRegistry");
    const forSecond = await make({ row: 104, proofRegistry: await second.getAddress() });
    await refused(forSecond.proof, forSecond.seal, "Groth16VerifierInvalidProof");
    await second.record(forSecond.proof, forSecond.seal);

    const json = JSON.parse(await readFile(join(CIRCUIT_FOLDER, "verification_key.json"), "utf8")) as {
      vk_alpha_1: string[];
      IC: string[][];
    };
    const otherKey = await deployFor({ ...json, vk_alpha_1: json.IC[0]!, IC: json.IC.with(0, json.vk_alpha_1) });
    const { proof, seal } = await make({ row: 104, to: otherKey });
    await expect(world.deployed.proofs.record(proof, seal)).to.be.revertedWithCustomError(
      world.deployed.proofs,
      "ProofRegistryVerifierReverted",
    );
  });

  it("hold with no point negated, off its curve or written otherwise, and in no seal of another length", async () => {
    const { proof, seal } = await make({ row: 4 });
    const word = (index: number): bigint => BigInt(dataSlice(seal, 32 * index, 32 * index + 32));
    const withWord = (index: number, value: bigint): string =>
      concat([dataSlice(seal, 0, 32 * index), toBeHex(value, 32), dataSlice(seal, 32 * index + 32)]);
    // The second coordinates of A and C; of B both parts would have to change.
    for (const index of [1, 7]) {
      await refused(proof, withWord(index, FIELD - word(index)), "Groth16VerifierInvalidProof");
    }
    for (let index = 0; index < 8; index++) {
      await refused(proof, withWord(index, (word(index) + 1n) % FIELD), "Groth16VerifierNotPoints");
      await refused(proof, withWord(index, word(index) + FIELD), "Groth16VerifierCoordinateTooLarge");
    }
    for (const wrong of ["0x", dataSlice(seal, 0, 260), concat([seal, "0x00"]), dataSlice(seal, 0, 256)]) {
      await refused(proof, wrong, "Groth16VerifierSealLength");
    }
  });

  it("say in words why they are refused", async () => {
    const { proof, seal, evidence } = await make({ row: 4 });
    const other = await make({ row: 54 });
    const registry = world.deployed.proofs.connect(world.deployed.accounts.stranger);
    const part = { proof, evidence, seal: concat([dataSlice(other.seal, 0, 256), dataSlice(seal, 256)]) as Hex };
    const error = await refusal("chain.reverted", () => recordProof({ part, store: world.store, registry }));
    expect(error.found).to.include("Groth16VerifierInvalidProof");
    expect(error.next).to.include("circuit");
  });

  it("have the key that is published with the circuit, which the chain shows", async () => {
    const { ic, alpha } = await verifier.verifyingKey();
    const json = groth16Key(JSON.parse(await readFile(join(CIRCUIT_FOLDER, "verification_key.json"), "utf8")));
    expect(ic.map(({ x, y }) => ({ x, y }))).to.deep.equal(json.ic);
    expect({ x: alpha.x, y: alpha.y }).to.deep.equal(json.alpha);
    expect(ic).to.have.length(4);
  });

  if (process.env["SCRIMSHAW_CAMPAIGN"] === "1") {
    it("come from a set-up made from nothing, and hold under no other one's key", async () => {
      const fresh = await setUp(circuit.r1cs);
      const freshVerifier = await deployFor(fresh.verifyingKey);
      const { proof, seal } = await make({ row: 104, to: freshVerifier, key: fresh.provingKey });
      await world.deployed.proofs.record(proof, seal);
      const { proof: mixed, seal: wrong } = await make({ row: 104, key: fresh.provingKey });
      await refused(mixed, wrong, "Groth16VerifierInvalidProof");
    });
  }
});
