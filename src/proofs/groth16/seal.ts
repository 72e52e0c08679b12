import { concat, toBeHex } from "ethers";
import { z } from "zod";

import type { Hex } from "../statement.ts";
import { g1Point, g2Point, groth16Invalid, groth16OnBn254 } from "./points.ts";

/** Further members, as other provers add them, mean nothing here. */
const proofSchema = z.object({ ...groth16OnBn254, pi_a: g1Point, pi_b: g2Point, pi_c: g1Point });

/** A Groth16 proof in the form in which snarkjs writes it: points as decimal numbers, with their last coordinate. */
export type Groth16Proof = z.input<typeof proofSchema>;

export interface EncodeGroth16SealOptions {
  /** The zk proof, `Groth16Proof` or JSON that should be one. */
  readonly proof: unknown;
  /** What a `Groth16TensorVerifier` reads after the points: the data of the input tensor, then of the output tensor. */
  readonly shown?: readonly Uint8Array[];
}

/**
 * The seal that Groth16 verifiers check: A, B and C in 256 bytes, then what is shown. Whether the points prove anything is the verifier's to say.
 * @throws ScrimshawError `proofs.groth16-invalid`
 */
export function encodeGroth16Seal({ proof, shown = [] }: EncodeGroth16SealOptions): Hex {
  const parsed = proofSchema.safeParse(proof);
  if (!parsed.success) throw groth16Invalid("a Groth16 proof on BN254", parsed.error);
  const { pi_a: a, pi_b: b, pi_c: c } = parsed.data;
  const words = [a.x, a.y, ...b.x, ...b.y, c.x, c.y].map((value) => toBeHex(value, 32));
  return concat([...words, ...shown]) as Hex;
}
