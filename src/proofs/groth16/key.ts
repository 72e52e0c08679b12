import { z } from "zod";

import { g1Point, g2Point, groth16Invalid, groth16OnBn254 } from "./points.ts";
import type { G1Point, G2Point } from "./points.ts";

/** A verifying key in the form of the verifiers' constructors. */
export interface Groth16Key {
  readonly alpha: G1Point;
  readonly beta: G2Point;
  readonly gamma: G2Point;
  readonly delta: G2Point;
  /** One point for the constant, then one for each public input. */
  readonly ic: readonly G1Point[];
}

const keySchema = z
  .object({
    ...groth16OnBn254,
    nPublic: z.int().nonnegative(),
    vk_alpha_1: g1Point,
    vk_beta_2: g2Point,
    vk_gamma_2: g2Point,
    vk_delta_2: g2Point,
    IC: z.array(g1Point),
  })
  .refine(({ nPublic, IC }) => IC.length === nPublic + 1, "expected one point more in IC than public inputs");

/**
 * The verifying key from the JSON that `snarkjs zkey export verificationkey` writes. The contract refuses points that are none and keys that are
 * plainly broken; whether the key is the circuit's is for whoever has both to check.
 * @throws ScrimshawError `proofs.groth16-invalid`
 */
export function groth16Key(json: unknown): Groth16Key {
  const parsed = keySchema.safeParse(json);
  if (!parsed.success) throw groth16Invalid("a verifying key of Groth16 on BN254", parsed.error);
  const { vk_alpha_1: alpha, vk_beta_2: beta, vk_gamma_2: gamma, vk_delta_2: delta, IC: ic } = parsed.data;
  return { alpha, beta, gamma, delta, ic };
}
