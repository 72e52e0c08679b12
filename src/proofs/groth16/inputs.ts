import type { Hex, Statement } from "../statement.ts";

/** As many bytes as always give a number below the order of the groups. */
const LIMB_BYTES = 31;

/** A word as two public inputs: its upper and its lower 128 bits. */
export function wordInputs(word: Hex): readonly [bigint, bigint] {
  return [BigInt(word) >> 128n, BigInt(word) & ((1n << 128n) - 1n)];
}

/** The public inputs of a circuit that hashes its tensors itself, as `Groth16HashVerifier` has them. */
export function hashInputs({
  digest,
  statement,
}: {
  readonly digest: Hex;
  readonly statement: Pick<Statement, "inputHash" | "outputHash">;
}): readonly bigint[] {
  return [digest, statement.inputHash, statement.outputHash].flatMap(wordInputs);
}

/** The public inputs of a circuit whose tensors are shown, as `Groth16TensorVerifier` has them: big-endian numbers of 31 bytes. */
export function tensorInputs({
  digest,
  shown,
}: {
  readonly digest: Hex;
  /** The data of the input tensor, then of the output tensor. */
  readonly shown: readonly Uint8Array[];
}): readonly bigint[] {
  const bytes = Buffer.concat(shown);
  const limbs = Array.from({ length: Math.ceil(bytes.length / LIMB_BYTES) }, (_, i) =>
    BigInt(`0x${bytes.subarray(i * LIMB_BYTES, (i + 1) * LIMB_BYTES).toString("hex")}`),
  );
  return [...wordInputs(digest), ...limbs];
}
