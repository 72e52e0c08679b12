import { expect } from "chai";
import { concat, hexlify, id, ZeroAddress, ZeroHash } from "ethers";
import fc from "fast-check";
import { tensorInputs } from "../../../src/proofs/groth16/inputs.ts";
import { tensorFrame } from "../../../src/proofs/groth16/tensor-frame.ts";
import type { Hex } from "../../../src/proofs/statement.ts";
import { DTYPE_BYTES, hashTensors } from "../../../src/proofs/tensors.ts";
import type { Dtype, Tensor } from "../../../src/proofs/tensors.ts";
import { ethers } from "../support/chain.ts";
import { encodePoints, TrapdoorKey } from "../support/groth16.ts";
import { plain } from "../support/plain.ts";
import { statementOf, type Proof } from "../support/proofs.ts";

const { modelId, modelVersion, manifestHash } = statementOf("circuit");
const VERSION = { modelId, modelVersion, manifestHash };
const DIGEST = id("digest") as Hex;
const features: Tensor = { name: "features", dtype: "uint8", shape: [1, 4], data: Uint8Array.of(51, 35, 14, 2) };
const species: Tensor = { name: "class", dtype: "uint8", shape: [1], data: Uint8Array.of(0) };

async function verifierFor(input: Tensor, output: Tensor) {
  const inputs = tensorInputs({ digest: DIGEST, shown: [input.data, output.data] });
  const trapdoor = new TrapdoorKey(inputs.length);
  const frames = [tensorFrame(input), tensorFrame(output)] as const;
  const verifier = await ethers.deployContract("Groth16TensorVerifier", [VERSION, 60, trapdoor.key, ...frames]);
  const statement = statementOf("circuit", {
    inputHash: hashTensors({ tensors: [input] }),
    outputHash: hashTensors({ tensors: [output] }),
  });
  const evidence = { verifier: ZeroAddress, attesterId: ZeroHash, blobId: id("blob"), contentHash: id("c"), size: 1n };
  const proof: Proof = { statement, evidence };
  return { verifier, proof, points: encodePoints(trapdoor.prove(inputs)), frames };
}

const tensors: fc.Arbitrary<Tensor> = fc
  .record({
    name: fc.string({ unit: "grapheme", maxLength: 300 }),
    dtype: fc.constantFrom(...(Object.keys(DTYPE_BYTES) as Dtype[])),
    shape: fc.array(fc.integer({ min: 1, max: 9 }), { maxLength: 3 }),
  })
  .chain(({ name, dtype, shape }) => {
    const length = shape.reduce((product, dimension) => product * dimension, DTYPE_BYTES[dtype]);
    return fc.uint8Array({ minLength: length, maxLength: length }).map((data) => ({ name, dtype, shape, data }));
  });

describe("Groth16TensorVerifier", () => {
  it("hashes what the seal shows as the library hashes tensors, of every name, type and shape", async () => {
    await fc.assert(
      fc.asyncProperty(tensors, tensors, async (input, output) => {
        const { verifier, proof, points } = await verifierFor(input, output);
        await verifier.verify(DIGEST, proof, 0, concat([points, input.data, output.data]));
      }),
      { numRuns: process.env["SCRIMSHAW_CAMPAIGN"] === "1" ? 300 : 15 },
    );
  });

  it("says that the values are not the statement's, and what theirs would be", async () => {
    const { verifier, proof, points } = await verifierFor(features, species);
    const other = { ...features, data: Uint8Array.of(51, 35, 14, 3) };
    await expect(verifier.verify(DIGEST, proof, 0, concat([points, other.data, species.data])))
      .to.be.revertedWithCustomError(verifier, "Groth16TensorVerifierOtherInput")
      .withArgs(hashTensors({ tensors: [other] }), proof.statement.inputHash);
    const virginica = { ...species, data: Uint8Array.of(2) };
    await expect(verifier.verify(DIGEST, proof, 0, concat([points, features.data, virginica.data])))
      .to.be.revertedWithCustomError(verifier, "Groth16TensorVerifierOtherOutput")
      .withArgs(hashTensors({ tensors: [virginica] }), proof.statement.outputHash);
  });

  it("refuses salted hashes: the values are there for everybody to see", async () => {
    const { verifier, proof, points } = await verifierFor(features, species);
    const inputHash = hashTensors({ tensors: [features], salt: new Uint8Array(32) });
    const statement = { ...proof.statement, inputHash };
    await expect(
      verifier.verify(DIGEST, { ...proof, statement }, 0, concat([points, features.data, species.data])),
    ).to.be.revertedWithCustomError(verifier, "Groth16TensorVerifierOtherInput");
  });

  it("refuses a seal that shows a byte too few or too many, and a statement that moved one from input to output", async () => {
    const { verifier, proof, points } = await verifierFor(features, species);
    const shown = concat([points, features.data, species.data]);
    for (const seal of [points, shown.slice(0, -2), concat([shown, "0x00"])]) {
      await expect(verifier.verify(DIGEST, proof, 0, seal))
        .to.be.revertedWithCustomError(verifier, "Groth16VerifierSealLength")
        .withArgs((seal.length - 2) / 2, 261);
    }
    const three = { ...features, shape: [1, 3], data: features.data.subarray(0, 3) };
    const two = { ...species, shape: [2], data: Uint8Array.of(2, 0) };
    const moved = {
      ...proof.statement,
      inputHash: hashTensors({ tensors: [three] }),
      outputHash: hashTensors({ tensors: [two] }),
    };
    await expect(verifier.verify(DIGEST, { ...proof, statement: moved }, 0, shown)).to.be.revertedWithCustomError(
      verifier,
      "Groth16TensorVerifierOtherInput",
    );
  });

  it("tells its tensors", async () => {
    const { verifier, frames } = await verifierFor(features, species);
    expect(plain(await verifier.inputFrame())).to.deep.equal({ prefix: frames[0].prefix, length: 4n });
    expect(plain(await verifier.outputFrame())).to.deep.equal({ prefix: frames[1].prefix, length: 1n });
    expect(frames[0].prefix.endsWith(hexlify(Uint8Array.of(0x82, 1, 4, 0x44)).slice(2))).to.equal(true);
  });

  it("cannot be deployed with a key for fewer or more values", async () => {
    const { verifier } = await verifierFor(features, species);
    const frames = [tensorFrame({ ...features, shape: [1, 40] }), tensorFrame(species)] as const;
    await expect(ethers.deployContract("Groth16TensorVerifier", [VERSION, 60, new TrapdoorKey(3).key, ...frames]))
      .to.be.revertedWithCustomError(verifier, "Groth16VerifierKeyLength")
      .withArgs(4, 5);
  });
});
