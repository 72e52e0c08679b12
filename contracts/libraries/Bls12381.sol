// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title BLS12-381 by the precompiles of EIP-2537
/// @notice Points lie in memory as the precompiles take them: each coordinate 64 bytes, of which the first 16 are zero; in G2
/// c0 before c1; the point at infinity is all zero. Positions in memory are numbers. Nothing here reverts.
///
/// A failing precompile burns all gas it was given, so each gets a bounded amount: half as much again as EIP-2537 asks, and more
/// for the cheap ones, whose prices later forks may raise. And since a call gets at most 63 of 64 parts of what is left, however
/// much it was promised, a precompile is only called when that is enough. So one that fails has refused its input.
library Bls12381 {
    // What came of asking a precompile. Numbers and not an enum, whose range the compiler would check at every look.
    uint256 internal constant DONE = 1;
    uint256 internal constant GAS_SHORT = 2;
    uint256 internal constant REFUSED = 3;
    uint256 internal constant ABSENT = 4;

    /// @dev The field's prime, in two words.
    uint256 internal constant P_HIGH = 0x1a0111ea397fe69a4b1ba7b6434bacd7;
    uint256 internal constant P_LOW = 0x64774b84f38512bf6730d2a0f6b0f6241eabfffeb153ffffb9feffffffffaaab;

    uint256 internal constant G1_SIZE = 128;
    uint256 internal constant G2_SIZE = 256;
    uint256 internal constant PAIR_SIZE = G1_SIZE + G2_SIZE;
    uint256 internal constant SCALED_G1_SIZE = G1_SIZE + 32;

    uint256 private constant G1MSM = 0x0c;
    uint256 private constant G2ADD = 0x0d;
    uint256 private constant PAIRING = 0x0f;

    uint256 private constant G2ADD_GAS = 1_500;
    /// @dev For two pairs.
    uint256 private constant PAIRING_GAS = 155_000;
    /// @dev For one scalar; many cost less than as many times one.
    uint256 private constant MULTIPLICATION_GAS = 18_000;
    /// @dev What a call itself costs, and the few operations before it.
    uint256 private constant CALL_GAS = 300;

    // The generator of G1.
    uint256 private constant G1_X_HIGH = 0x17f1d3a73197d7942695638c4fa9ac0f;
    uint256 private constant G1_X_LOW = 0xc3688c4f9774b905a14e3a3f171bac586c55e83ff97a1aeffb3af00adb22c6bb;
    uint256 private constant G1_Y_HIGH = 0x08b3f481e3aaa0f1a09e30ed741d8ae4;
    uint256 private constant G1_Y_LOW = 0xfcf5e095d5d00af600db18cb2c04b3edd03cc744a2888ae40caa232946c5e7e1;

    /// @notice Whether a call that is promised `amount` gas now gets it.
    function hasGas(uint256 amount) internal view returns (bool) {
        uint256 left = gasleft();
        unchecked {
            return left - left / 64 >= amount + CALL_GAS;
        }
    }

    /// @notice Sets memory apart.
    function allocate(uint256 size) internal pure returns (uint256 position) {
        assembly ("memory-safe") {
            position := mload(0x40)
            mstore(0x40, add(position, and(add(size, 31), not(31))))
        }
    }

    /// @notice Gives back memory, and all that was set apart after it.
    function free(uint256 position) internal pure {
        assembly ("memory-safe") {
            mstore(0x40, position)
        }
    }

    /// @notice Writes a point of G1, 96 bytes, to `output`, as precompiles take it.
    /// @return sound Whether both coordinates are canonical, and it is not the point at infinity. That it is in the group is for
    /// a precompile to say.
    function readG1(bytes calldata point, uint256 output) internal pure returns (bool sound) {
        assembly ("memory-safe") {
            // Of each coordinate: bad if high + (low >= P_LOW ? 1 : 0) > P_HIGH.
            let high := shr(128, calldataload(point.offset))
            let low := calldataload(add(point.offset, 16))
            mstore(output, high)
            mstore(add(output, 0x20), low)
            let bad := gt(add(high, iszero(lt(low, P_LOW))), P_HIGH)
            high := shr(128, calldataload(add(point.offset, 48)))
            low := calldataload(add(point.offset, 64))
            mstore(add(output, 0x40), high)
            mstore(add(output, 0x60), low)
            bad := or(bad, gt(add(high, iszero(lt(low, P_LOW))), P_HIGH))
            sound := iszero(bad)
        }
        return sound && !isIdentity(output);
    }

    /// @notice Writes a point of G2, 192 bytes that begin with c1, to `output`, as precompiles take it.
    /// @return canonical Whether all four coordinates are canonical. That it is in the group is for a precompile to say.
    function readG2(bytes calldata point, uint256 output) internal pure returns (bool canonical) {
        assembly ("memory-safe") {
            // Of each coordinate: bad if high + (low >= P_LOW ? 1 : 0) > P_HIGH.
            let high := shr(128, calldataload(point.offset))
            let low := calldataload(add(point.offset, 16))
            mstore(add(output, 0x40), high)
            mstore(add(output, 0x60), low)
            let bad := gt(add(high, iszero(lt(low, P_LOW))), P_HIGH)
            high := shr(128, calldataload(add(point.offset, 48)))
            low := calldataload(add(point.offset, 64))
            mstore(output, high)
            mstore(add(output, 0x20), low)
            bad := or(bad, gt(add(high, iszero(lt(low, P_LOW))), P_HIGH))
            high := shr(128, calldataload(add(point.offset, 96)))
            low := calldataload(add(point.offset, 112))
            mstore(add(output, 0xc0), high)
            mstore(add(output, 0xe0), low)
            bad := or(bad, gt(add(high, iszero(lt(low, P_LOW))), P_HIGH))
            high := shr(128, calldataload(add(point.offset, 144)))
            low := calldataload(add(point.offset, 160))
            mstore(add(output, 0x80), high)
            mstore(add(output, 0xa0), low)
            bad := or(bad, gt(add(high, iszero(lt(low, P_LOW))), P_HIGH))
            canonical := iszero(bad)
        }
    }

    /// @notice Writes the point of G1 at `input`, 96 bytes, to `output`, as precompiles take it.
    function pad(uint256 input, uint256 output) internal pure {
        assembly ("memory-safe") {
            mstore(output, shr(128, mload(input)))
            mstore(add(output, 0x20), mload(add(input, 16)))
            mstore(add(output, 0x40), shr(128, mload(add(input, 48))))
            mstore(add(output, 0x60), mload(add(input, 64)))
        }
    }

    /// @notice The point of G1 at `input`, as precompiles give it, in 96 bytes.
    function unpad(uint256 input) internal pure returns (bytes memory point) {
        point = new bytes(96);
        assembly ("memory-safe") {
            mcopy(add(point, 0x20), add(input, 16), 48)
            mcopy(add(point, 0x50), add(input, 80), 48)
        }
    }

    /// @notice Turns the point of G1 at `position` into its negative.
    function negate(uint256 position) internal pure {
        assembly ("memory-safe") {
            let high := mload(add(position, 0x40))
            let low := mload(add(position, 0x60))
            // p - y, with a borrow; zero only for the point at infinity, which is its own negative.
            if or(high, low) {
                mstore(add(position, 0x40), sub(sub(P_HIGH, high), lt(P_LOW, low)))
                mstore(add(position, 0x60), sub(P_LOW, low))
            }
        }
    }

    /// @notice Whether the point of G1 at `position` is the one at infinity: no other one of the group has a y of zero.
    function isIdentity(uint256 position) internal pure returns (bool identity) {
        assembly ("memory-safe") {
            identity := iszero(or(mload(add(position, 0x40)), mload(add(position, 0x60))))
        }
    }

    /// @notice Writes the generator of G1 to `output`.
    function writeG1(uint256 output) internal pure {
        assembly ("memory-safe") {
            mstore(output, G1_X_HIGH)
            mstore(add(output, 0x20), G1_X_LOW)
            mstore(add(output, 0x40), G1_Y_HIGH)
            mstore(add(output, 0x60), G1_Y_LOW)
        }
    }

    /// @notice Writes a scalar to `output`, as it follows a point that is to be multiplied.
    function writeScalar(uint256 scalar, uint256 output) internal pure {
        assembly ("memory-safe") {
            mstore(output, scalar)
        }
    }

    /// @notice Adds `count` times a point of G1 and its scalar at `input`. Refused if one is outside the subgroup.
    function g1Msm(uint256 input, uint256 count, uint256 output) internal view returns (uint256 outcome) {
        return _call(G1MSM, count * MULTIPLICATION_GAS, input, count * SCALED_G1_SIZE, output, G1_SIZE);
    }

    /// @notice Adds the two points of G2 at `input`, which must be on the curve. `output` may be `input`.
    function g2Add(uint256 input, uint256 output) internal view returns (uint256 outcome) {
        return _call(G2ADD, G2ADD_GAS, input, 2 * G2_SIZE, output, G2_SIZE);
    }

    /// @notice Whether the pairings of two times a point of G1 and one of G2 at `input` multiply to one. Refused if a point is
    /// outside its subgroup.
    function pairing(uint256 input) internal view returns (uint256 outcome, bool isOne) {
        outcome = _call(PAIRING, PAIRING_GAS, input, 2 * PAIR_SIZE, 0, 32);
        assembly ("memory-safe") {
            isOne := eq(mload(0x00), 1)
        }
    }

    function _call(
        uint256 precompile,
        uint256 amount,
        uint256 input,
        uint256 inputSize,
        uint256 output,
        uint256 outputSize
    ) private view returns (uint256 outcome) {
        if (!hasGas(amount)) return GAS_SHORT;
        bool success;
        uint256 size;
        // (success, answer) = precompile.staticcall{gas: amount}(input), the answer written to `output`.
        assembly ("memory-safe") {
            success := staticcall(amount, precompile, input, inputSize, output, outputSize)
            size := returndatasize()
        }
        if (!success) return REFUSED;
        // An account without code accepts everything and answers nothing.
        return size == outputSize ? DONE : ABSENT;
    }
}
