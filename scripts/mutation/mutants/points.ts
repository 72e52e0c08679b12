import type { Mutant } from "../mutant.ts";

const of = (file: string, check: string, find: string, replace = ""): Mutant => ({ file, check, find, replace });
const bls = of.bind(undefined, "libraries/Bls12381.sol");
const hash = of.bind(undefined, "libraries/HashToG2.sol");

const BAD = "gt(add(high, iszero(lt(low, P_LOW))), P_HIGH)";
const READ = (offset: number): string => `calldataload(add(point.offset, ${offset}))\n`;

/** Checks of points and of precompiles. */
export const POINT_MUTANTS: readonly Mutant[] = [
  bls("a call gets 63 of 64 parts of the gas", "left - left / 64 >= amount", "left >= amount"),
  bls("a call costs something itself", ">= amount + CALL_GAS", ">= amount"),
  bls(
    "the x of a key is canonical",
    `mstore(output, high)\n            mstore(add(output, 0x20), low)\n            let bad := ${BAD}\n            high := shr(128, calldataload(add(point.offset, 48)))\n            low := ${READ(64)}            mstore(add(output, 0x40), high)`,
    `mstore(output, high)\n            mstore(add(output, 0x20), low)\n            let bad := 0\n            high := shr(128, calldataload(add(point.offset, 48)))\n            low := ${READ(64)}            mstore(add(output, 0x40), high)`,
  ),
  bls(
    "the y of a key is canonical",
    `bad := or(bad, ${BAD})\n            sound := iszero(bad)`,
    "sound := iszero(bad)",
  ),
  bls("a key is not the identity", "return sound && !isIdentity(output);", "return sound;"),
  bls(
    "the first coordinate of a signature is canonical",
    `mstore(add(output, 0x60), low)\n            let bad := ${BAD}`,
    "mstore(add(output, 0x60), low)\n            let bad := 0",
  ),
  bls(
    "the second coordinate of a signature is canonical",
    `mstore(add(output, 0x20), low)\n            bad := or(bad, ${BAD})`,
    "mstore(add(output, 0x20), low)",
  ),
  bls(
    "the third coordinate of a signature is canonical",
    `mstore(add(output, 0xe0), low)\n            bad := or(bad, ${BAD})`,
    "mstore(add(output, 0xe0), low)",
  ),
  bls(
    "the fourth coordinate of a signature is canonical",
    `bad := or(bad, ${BAD})\n            canonical := iszero(bad)`,
    "canonical := iszero(bad)",
  ),
  bls(
    "a coordinate is not the prime itself",
    `bad := or(bad, ${BAD})\n            canonical := iszero(bad)`,
    "bad := or(bad, gt(add(high, gt(low, P_LOW)), P_HIGH))\n            canonical := iszero(bad)",
  ),
  bls(
    "the lower word of a coordinate counts",
    `bad := or(bad, ${BAD})\n            sound := iszero(bad)`,
    "bad := or(bad, gt(high, P_HIGH))\n            sound := iszero(bad)",
  ),
  bls("the identity is its own negative", "if or(high, low) {", "if 1 {"),
  bls("a precompile is called only with enough gas", "if (!hasGas(amount)) return GAS_SHORT;"),
  bls("a precompile may refuse", "if (!success) return REFUSED;"),
  bls("a precompile answers", "return size == outputSize ? DONE : ABSENT;", "return DONE;"),
  bls("a pairing says one", "isOne := eq(mload(0x00), 1)", "isOne := 1"),
  hash("a message is hashed only with enough gas", "if (!Bls12381.hasGas(HASH_GAS)) return Bls12381.GAS_SHORT;"),
  hash("SHA-256 answers", "ok := eq(returndatasize(), 0x20)", "ok := 1"),
  hash(
    "the map answers",
    "ok := eq(returndatasize(), 256)\n            pop(staticcall(ADD_GAS",
    "ok := 1\n            pop(staticcall(ADD_GAS",
  ),
  hash("the addition answers", "ok := and(ok, eq(returndatasize(), 256))"),
  hash(
    "a remainder is below the prime",
    "if and(eq(high, pHigh), lt(low, pLow)) {\n                    break\n                }",
    "if eq(high, pHigh) {\n                    break\n                }",
  ),
  hash(
    "a remainder is taken until it is below the prime",
    "for {} iszero(lt(high, pHigh)) {} {",
    "for {} gt(high, pHigh) {} {",
  ),
];
