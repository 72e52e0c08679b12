import type { G1Point, G2Point, Points, VerifyingKey } from "../../contracts/support/groth16.ts";

type Pair = [string, string];

const g1 = ({ x, y }: G1Point): [string, string, string] => [x.toString(), y.toString(), "1"];
const g2 = ({ x, y }: G2Point): [Pair, Pair, Pair] => [
  [x[1].toString(), x[0].toString()],
  [y[1].toString(), y[0].toString()],
  ["1", "0"],
];

/** Points as snarkjs writes a proof. */
export function proofAsJson({ a, b, c }: Points) {
  return { pi_a: g1(a), pi_b: g2(b), pi_c: g1(c), protocol: "groth16", curve: "bn128" } as const;
}

/** A verifying key as snarkjs writes it. */
export function keyAsJson({ alpha, beta, gamma, delta, ic }: VerifyingKey) {
  return {
    protocol: "groth16",
    curve: "bn128",
    nPublic: ic.length - 1,
    vk_alpha_1: g1(alpha),
    vk_beta_2: g2(beta),
    vk_gamma_2: g2(gamma),
    vk_delta_2: g2(delta),
    IC: ic.map(g1),
  };
}
