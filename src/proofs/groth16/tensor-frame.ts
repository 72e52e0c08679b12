import { hexlify } from "ethers";

import { ScrimshawError } from "../../errors.ts";
import { MAX_SEAL_BYTES } from "../batch-part.ts";
import type { Hex } from "../statement.ts";
import { DTYPE_BYTES, encodeTensors } from "../tensors.ts";
import type { Tensor } from "../tensors.ts";

/** What surrounds the data of one tensor, where it is hashed alone and without salt. */
export interface TensorFrame {
  /** The canonical CBOR up to the data, with which it ends. */
  readonly prefix: Hex;
  /** Length of the data in bytes. */
  readonly length: number;
}

/**
 * The frame that `Groth16TensorVerifier` is deployed with: SHA-256 of prefix and data is `hashTensors` of that one tensor.
 * @throws ScrimshawError `proofs.tensor-invalid`
 */
export function tensorFrame({ name, dtype, shape }: Omit<Tensor, "data">): TensorFrame {
  const length = shape.reduce((product, dimension) => product * dimension, 1) * DTYPE_BYTES[dtype];
  if (!(length >= 0 && length <= MAX_SEAL_BYTES)) {
    throw new ScrimshawError({
      code: "proofs.tensor-invalid",
      expected: `a tensor of at most ${MAX_SEAL_BYTES} bytes, the longest that a seal may show`,
      found: `${dtype} [${shape.join(", ")}]`,
      next: "Prove a larger tensor with a circuit that hashes it: Groth16HashVerifier.",
    });
  }
  const bytes = encodeTensors({ tensors: [{ name, dtype, shape, data: new Uint8Array(length) }] });
  return { prefix: hexlify(bytes.subarray(0, bytes.length - length)) as Hex, length };
}
