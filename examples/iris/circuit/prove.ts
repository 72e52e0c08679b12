import * as snarkjs from "snarkjs";
import { tensorInputs } from "../../../src/proofs/groth16/inputs.ts";
import { encodeGroth16Seal } from "../../../src/proofs/groth16/seal.ts";
import type { Hex } from "../../../src/proofs/statement.ts";
import type { Tensor } from "../../../src/proofs/tensors.ts";
import { emptyFile, fileOf } from "./snark.ts";

/** The input of the circuit's model: four lengths in tenths of a centimetre. */
export function featuresTensor(bytes: readonly number[]): Tensor {
  return { name: "features", dtype: "uint8", shape: [1, 4], data: Uint8Array.from(bytes) };
}

/** Its output: the index of the species. */
export function classTensor(species: number): Tensor {
  return { name: "class", dtype: "uint8", shape: [1], data: Uint8Array.of(species) };
}

export interface ProveOptions {
  readonly digest: Hex;
  readonly input: Tensor;
  readonly output: Tensor;
  /** The program that computes the witness. */
  readonly wasm: Uint8Array;
  readonly provingKey: Uint8Array;
}

/**
 * The seal for a digest: that the circuit's classifier gives this class for these features. Throws when it gives another one. snarkjs's threads stay
 * for the next proof; `openCurve().terminate()` ends them.
 */
export async function proveIris({ digest, input, output, wasm, provingKey }: ProveOptions): Promise<Hex> {
  const shown = [input.data, output.data];
  const [high, low, tensors] = tensorInputs({ digest, shown }).map(String);
  if (high === undefined || low === undefined || tensors === undefined) throw new Error("the tensors hold no values");
  const witness = emptyFile();
  await snarkjs.wtns.calculate({ digest: [high, low], tensors }, fileOf(wasm), witness);
  const { proof } = await snarkjs.groth16.prove(provingKey, witness.data, undefined, { singleThread: true });
  return encodeGroth16Seal({ proof, shown });
}
