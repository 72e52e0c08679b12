import { z } from "zod";

import { ScrimshawError } from "../../errors.ts";

/** A point of BN254's first group, as EIP-196 writes it. */
export interface G1Point {
  readonly x: bigint;
  readonly y: bigint;
}

/** A point of BN254's second group, as EIP-197 writes it: of each coordinate the imaginary part first. */
export interface G2Point {
  readonly x: readonly [bigint, bigint];
  readonly y: readonly [bigint, bigint];
}

/** Modulus of the field of coordinates. */
const FIELD = 0x30644e72e131a029b85045b68181585d97816a916871ca8d3c208c16d87cfd47n;

const coordinate = z
  .string()
  .regex(/^(0|[1-9][0-9]{0,76})$/, "expected a decimal number")
  .transform(BigInt)
  .refine((value) => value < FIELD, "expected a number below the field's modulus");
const zero = z.literal("0");
const one = z.literal("1");

/** snarkjs writes projective points that are affine, and of each coordinate of the second group the real part first. */
export const g1Point = z.tuple([coordinate, coordinate, one]).transform(([x, y]): G1Point => ({ x, y }));
export const g2Point = z
  .tuple([z.tuple([coordinate, coordinate]), z.tuple([coordinate, coordinate]), z.tuple([one, zero])])
  .transform(([x, y]): G2Point => ({ x: [x[1], x[0]], y: [y[1], y[0]] }));
export const groth16OnBn254 = { protocol: z.literal("groth16"), curve: z.literal("bn128") };

/** What is wrong with JSON of snarkjs's form. */
export function groth16Invalid(expected: string, error: z.ZodError): ScrimshawError {
  return new ScrimshawError({
    code: "proofs.groth16-invalid",
    expected,
    found: z.prettifyError(error).slice(0, 300),
    next: "Give the JSON as snarkjs writes it, for the protocol groth16 on the curve bn128.",
  });
}
