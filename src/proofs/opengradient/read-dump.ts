import { z } from "zod";

import { ScrimshawError } from "../../errors.ts";
import type { Hex } from "../statement.ts";

/** A larger file is refused before it is parsed. */
export const MAX_DUMP_BYTES = 256 * 2 ** 20;
const MAX_LEAVES = 1 << 20;
/** The types of OpenGradient's leaves. */
export const LEAF_ENCODING = ["bytes32", "bytes32", "bytes32", "bytes", "uint256"] as const;

const word = z
  .string()
  .regex(/^0x[0-9a-fA-F]{64}$/)
  .transform((text) => text.toLowerCase() as Hex);
const bytes = z
  .string()
  .max(2 + 2 * 4_096)
  .regex(/^0x(?:[0-9a-fA-F]{2})*$/)
  .transform((text) => text.toLowerCase() as Hex);
const uint256 = z
  .union([z.int().nonnegative(), z.string().regex(/^(?:0|[1-9][0-9]{0,77})$/)])
  .transform(BigInt)
  .refine((value) => value < 1n << 256n);
const dumpSchema = z.object({
  format: z.literal("standard-v1"),
  leafEncoding: z.tuple([
    z.literal("bytes32"),
    z.literal("bytes32"),
    z.literal("bytes32"),
    z.literal("bytes"),
    z.literal("uint256"),
  ]),
  values: z
    .array(z.object({ value: z.tuple([word, word, word, bytes, uint256]) }))
    .min(1)
    .max(MAX_LEAVES),
});

/** One settled inference of OpenGradient. */
export interface OpenGradientLeaf {
  /** keccak256 of the enclave's public key in DER. */
  readonly teeId: Hex;
  readonly inputHash: Hex;
  readonly outputHash: Hex;
  /** RSA-PSS with SHA-256 over `keccak256(inputHash || outputHash || timestamp)`. */
  readonly teeSignature: Hex;
  /** As the enclave says; Unix seconds (uint256). */
  readonly timestamp: bigint;
}

/**
 * Reads the dump that OpenGradient stores for a batch: a StandardMerkleTree of OpenZeppelin, format `standard-v1`, in JSON. Its tree is not looked
 * at: whoever checks it builds it from the leaves.
 * @throws ScrimshawError `proofs.dump-invalid`
 */
export function readDump(text: string): readonly OpenGradientLeaf[] {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw invalid("text that is not JSON", cause);
  }
  const parsed = dumpSchema.safeParse(value);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw invalid(`${issue?.path.map(String).join(".").slice(0, 100) ?? ""}: ${issue?.message.slice(0, 100) ?? ""}`);
  }
  return parsed.data.values.map(({ value: [teeId, inputHash, outputHash, teeSignature, timestamp] }) => ({
    ...{ teeId, inputHash, outputHash, teeSignature, timestamp },
  }));
}

function invalid(found: string, cause?: unknown): ScrimshawError {
  return new ScrimshawError({
    code: "proofs.dump-invalid",
    expected: `a StandardMerkleTree dump (standard-v1) of leaves (${LEAF_ENCODING.join(", ")})`,
    found,
    next: "Give the file that the Blob ID of the BatchSettlement event names.",
    cause,
  });
}
