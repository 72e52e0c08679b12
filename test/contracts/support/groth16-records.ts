import type { HardhatEthers } from "@nomicfoundation/hardhat-ethers/types";
import { concat, id, ZeroHash, type Signer } from "ethers";
import { hashInputs, tensorInputs } from "../../../src/proofs/groth16/inputs.ts";
import { tensorFrame } from "../../../src/proofs/groth16/tensor-frame.ts";
import type { Hex } from "../../../src/proofs/statement.ts";
import { hashTensors } from "../../../src/proofs/tensors.ts";
import type { Tensor } from "../../../src/proofs/tensors.ts";
import { MAX_DELAY, type Deployment } from "./deployment.ts";
import { encodePoints, TrapdoorKey } from "./groth16.ts";
import { statementOf, type Proof } from "./proofs.ts";

const features: Tensor = { name: "features", dtype: "uint8", shape: [1, 4], data: Uint8Array.of(51, 35, 14, 2) };
const species: Tensor = { name: "class", dtype: "uint8", shape: [1], data: Uint8Array.of(1) };

/**
 * A proof for each kind of Groth16 verifier, as costly as a real one. All is done from an account of its own, so that addresses, and with them
 * digests and points, do not depend on what else was deployed.
 */
export async function groth16Records(
  ethers: HardhatEthers,
  registry: Deployment["proofs"],
  signer: Signer,
  producedAt: bigint,
) {
  const inputHash = hashTensors({ tensors: [features] }) as string;
  const outputHash = hashTensors({ tensors: [species] }) as string;
  const statement = statementOf("circuit", { producedAt, inputHash, outputHash });
  const { modelId, modelVersion, manifestHash } = statement;
  const version = { modelId, modelVersion, manifestHash };
  const hashKey = new TrapdoorKey(6);
  const tensorKey = new TrapdoorKey(3);
  const hashes = await ethers.deployContract("Groth16HashVerifier", [version, MAX_DELAY, hashKey.key], { signer });
  const tensors = await ethers.deployContract(
    "Groth16TensorVerifier",
    [version, MAX_DELAY, tensorKey.key, tensorFrame(features), tensorFrame(species)],
    { signer },
  );
  const contract = registry.connect(signer);
  const proofFor = (verifier: string): Proof => ({
    statement,
    evidence: { verifier, attesterId: ZeroHash, blobId: id("blob"), contentHash: id("content"), size: 1_234_567n },
  });

  const hashProof = proofFor(await hashes.getAddress());
  const hashDigest = (await registry.digestOf(hashProof)) as Hex;
  const shown = [features.data, species.data];
  const tensorProof = proofFor(await tensors.getAddress());
  const tensorDigest = (await registry.digestOf(tensorProof)) as Hex;
  return [
    {
      name: "Groth16, five bytes shown",
      contract,
      proof: tensorProof,
      seal: concat([encodePoints(tensorKey.prove(tensorInputs({ digest: tensorDigest, shown }))), ...shown]),
    },
    {
      name: "Groth16, hashes",
      contract,
      proof: hashProof,
      seal: encodePoints(
        hashKey.prove(
          hashInputs({ digest: hashDigest, statement: { inputHash: inputHash as Hex, outputHash: outputHash as Hex } }),
        ),
      ),
    },
  ];
}
