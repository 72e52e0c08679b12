// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Bls12381} from "./Bls12381.sol";

/// @title Messages as points of G2: suite BLS12381G2_XMD:SHA-256_SSWU_RO_ of RFC 9380, with the tag that Walrus signs under
library HashToG2 {
    // `BLS_SIG_BLS12381G2_XMD:SHA-256_SSWU_RO_NUL_`, 43 bytes, and its length.
    bytes32 private constant TAG_HEAD = "BLS_SIG_BLS12381G2_XMD:SHA-256_S";
    bytes32 private constant TAG_TAIL = "SWU_RO_NUL_\x2b";

    uint256 private constant BLOCK_SIZE = 64;
    /// @dev Two elements of the quadratic field, two numbers each, 64 bytes each.
    uint256 private constant UNIFORM_SIZE = 256;

    /// @dev Longer ones would not fit into the memory used.
    uint256 internal constant LONGEST = 145;
    /// @dev Two points, the numbers, and what is hashed.
    uint256 internal constant MEMORY = 2 * Bls12381.G2_SIZE + UNIFORM_SIZE + 256;

    // Bounds as in {Bls12381}: SHA-256 asks 156 gas for 256 bytes, the map 23,800, the addition 600.
    uint256 private constant SHA256_GAS = 1_000;
    uint256 private constant MAP_GAS = 36_000;
    uint256 private constant ADD_GAS = 1_500;
    /// @dev Nine hashes, two maps, an addition, and what is between them.
    uint256 private constant HASH_GAS = 9 * SHA256_GAS + 2 * MAP_GAS + ADD_GAS + 5_000;

    /// @dev 2^512 by the field's prime, rounded down.
    uint256 private constant RECIPROCAL = 0x9d835d2f3cc9e45ce28101b0cc7a6ba29;

    /// @notice Hashes a message of at most `LONGEST` bytes to the point at `output`. Uses `MEMORY` bytes from there.
    function hash(bytes calldata message, uint256 output) internal view returns (uint256 outcome) {
        // For all calls at once: none of those below can be short of what it is given.
        if (!Bls12381.hasGas(HASH_GAS)) return Bls12381.GAS_SHORT;
        unchecked {
            uint256 elements = output + 2 * Bls12381.G2_SIZE;
            bool ok = _expand(message, elements);
            reduce(elements);
            reduce(elements + 64);
            reduce(elements + 128);
            reduce(elements + 192);
            // Nothing of this can be refused.
            return ok && _map(elements, output) ? Bls12381.DONE : Bls12381.ABSENT;
        }
    }

    /// @dev `expand_message_xmd` to 256 bytes at `uniform`, and uses the memory after them.
    function _expand(bytes calldata message, uint256 uniform) private view returns (bool ok) {
        assembly ("memory-safe") {
            // first = sha256(64 zeros | message | 256 in two bytes | 0 | tag)
            let input := add(uniform, UNIFORM_SIZE)
            calldatacopy(input, calldatasize(), BLOCK_SIZE)
            calldatacopy(add(input, BLOCK_SIZE), message.offset, message.length)
            let end := add(add(input, BLOCK_SIZE), message.length)
            mstore(end, shl(232, 0x010000))
            mstore(add(end, 3), TAG_HEAD)
            mstore(add(end, 35), TAG_TAIL)
            pop(staticcall(SHA256_GAS, 2, input, add(message.length, 111), 0x00, 0x20))
            let first := mload(0x00)

            // block i = sha256(first ^ block i-1 | i | tag), the block before the first being zero
            mstore(add(input, 33), TAG_HEAD)
            mstore(add(input, 65), TAG_TAIL)
            function next(at, count, mixed, output) -> result {
                mstore(at, mixed)
                mstore8(add(at, 32), count)
                pop(staticcall(SHA256_GAS, 2, at, 77, output, 0x20))
                result := mload(output)
            }
            let last := next(input, 1, first, uniform)
            last := next(input, 2, xor(first, last), add(uniform, 0x20))
            last := next(input, 3, xor(first, last), add(uniform, 0x40))
            last := next(input, 4, xor(first, last), add(uniform, 0x60))
            last := next(input, 5, xor(first, last), add(uniform, 0x80))
            last := next(input, 6, xor(first, last), add(uniform, 0xa0))
            last := next(input, 7, xor(first, last), add(uniform, 0xc0))
            last := next(input, 8, xor(first, last), add(uniform, 0xe0))
            // All were given enough gas: as the last call went, so did the others. A failed one answers nothing.
            ok := eq(returndatasize(), 0x20)
        }
    }

    /// @notice `hash_to_field`: puts the remainder by the field's prime in the place of the number at `position`, two words.
    function reduce(uint256 position) internal pure {
        uint256 pHigh = Bls12381.P_HIGH;
        uint256 pLow = Bls12381.P_LOW;
        // All modulo 2^256. The upper word of a product is what its remainder by 2^256 - 1 is above the lower word.
        assembly ("memory-safe") {
            let high := mload(position)
            let low := mload(add(position, 0x20))
            // quotient = high * RECIPROCAL >> 256, or up to two more: what was rounded away is less than 1 for the reciprocal, less
            // than 1 for the product, and what `low` adds is less than 2^-124.
            let other := mulmod(high, RECIPROCAL, not(0))
            let product := mul(high, RECIPROCAL)
            let quotient := sub(sub(other, product), lt(other, product))
            // (high, low) -= quotient * (pHigh, pLow)
            other := mulmod(quotient, pLow, not(0))
            product := mul(quotient, pLow)
            high := sub(high, add(mul(quotient, pHigh), sub(sub(other, product), lt(other, product))))
            high := sub(high, lt(low, product))
            low := sub(low, product)
            // while (high, low) >= (pHigh, pLow): (high, low) -= (pHigh, pLow)
            for {} iszero(lt(high, pHigh)) {} {
                if and(eq(high, pHigh), lt(low, pLow)) {
                    break
                }
                high := sub(sub(high, pHigh), lt(low, pLow))
                low := sub(low, pLow)
            }
            mstore(position, high)
            mstore(add(position, 0x20), low)
        }
    }

    /// @dev `map_to_curve` and `clear_cofactor` of both elements of the quadratic field, and the sum of the two points.
    function _map(uint256 elements, uint256 output) private view returns (bool ok) {
        assembly ("memory-safe") {
            pop(staticcall(MAP_GAS, 0x11, elements, 128, output, 256))
            pop(staticcall(MAP_GAS, 0x11, add(elements, 128), 128, add(output, 256), 256))
            // As the second went, so did the first. A failed one answers nothing.
            ok := eq(returndatasize(), 256)
            pop(staticcall(ADD_GAS, 0x0d, output, 512, output, 256))
            ok := and(ok, eq(returndatasize(), 256))
        }
    }
}
