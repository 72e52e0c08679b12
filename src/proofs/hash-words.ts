import { keccak_256 } from "@noble/hashes/sha3.js";
import type { Hex } from "./statement.ts";

const WORD = 32;

/**
 * `keccak256(abi.encode(...))` of values that take a word each: hex of at most 32 bytes, aligned right as addresses are (`bytes32` fills its word),
 * and unsigned integers. Structs of EIP-712 are hashed like this, several times for each proof of a batch, and a general encoder takes a
 * multiple of the hash's time.
 * @throws RangeError for a value that is no word
 */
export function hashWords(values: readonly (Hex | bigint | number)[]): Hex {
  const bytes = Buffer.alloc(WORD * values.length);
  values.forEach((value, index) => {
    const digits = typeof value === "string" ? value.slice(2) : value.toString(16);
    if (digits.length > 2 * WORD || !/^[0-9a-f]+$/i.test(digits)) throw new RangeError(`no word: ${String(value)}`);
    bytes.write(digits.padStart(2 * WORD, "0"), WORD * index, "hex");
  });
  return `0x${Buffer.from(keccak_256(bytes)).toString("hex")}`;
}
