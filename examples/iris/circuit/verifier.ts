import { groth16Key } from "../../../src/proofs/groth16/key.ts";
import { tensorFrame } from "../../../src/proofs/groth16/tensor-frame.ts";
import type { ModelVersion } from "../../../src/proofs/describe-inference.ts";

export interface VerifierOptions {
  /** The published version that holds the circuit. */
  readonly model: ModelVersion;
  /** The longest time between inference and anchor, in seconds. */
  readonly maxDelay: bigint;
  /** What snarkjs wrote into `verification_key.json`. */
  readonly verifyingKey: unknown;
}

/** What the circuit's `Groth16TensorVerifier` is deployed with. */
export function verifierArguments({ model, maxDelay, verifyingKey }: VerifierOptions) {
  return [
    model,
    maxDelay,
    groth16Key(verifyingKey),
    tensorFrame({ name: "features", dtype: "uint8", shape: [1, 4] }),
    tensorFrame({ name: "class", dtype: "uint8", shape: [1] }),
  ] as const;
}
