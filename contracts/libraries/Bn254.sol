// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {G1Point, G2Point} from "../interfaces/VerifyingKey.sol";

/// @title The curve BN254 through its precompiled contracts
/// @notice EIP-196 (addition, multiplication), EIP-197 (pairing). An answer counts only if it has just the length that
/// it should have: on a chain without the contracts a call succeeds and answers nothing.
library Bn254 {
    /// @dev Modulus of the coordinates' field.
    uint256 internal constant FIELD = 0x30644e72e131a029b85045b68181585d97816a916871ca8d3c208c16d87cfd47;
    /// @dev Order of both groups: public inputs are numbers below it.
    uint256 internal constant ORDER = 0x30644e72e131a029b85045b68181585d2833e84879b9709143e1f593f0000001;

    address internal constant ADD = address(6);
    address internal constant MUL = address(7);
    address internal constant PAIRING = address(8);

    /// @dev Four times the prices of EIP-1108. A failed call takes all its gas, so it gets no more than it may need;
    /// chains reprice, and a contract that gave the price of today would stop working.
    uint256 private constant ADD_GAS = 4 * 150;
    uint256 private constant MUL_GAS = 4 * 6_000;
    uint256 private constant PAIRING_BASE_GAS = 4 * 45_000;
    uint256 private constant PAIRING_PAIR_GAS = 4 * 34_000;

    /// @notice A sum.
    function add(G1Point memory a, G1Point memory b) internal view returns (bool success, G1Point memory sum) {
        (bool called, bytes memory answer) = ADD.staticcall{gas: ADD_GAS}(abi.encode(a, b));
        success = called && answer.length == 64;
        if (success) sum = abi.decode(answer, (G1Point));
    }

    /// @notice A multiple.
    function mul(G1Point memory a, uint256 scalar) internal view returns (bool success, G1Point memory product) {
        (bool called, bytes memory answer) = MUL.staticcall{gas: MUL_GAS}(abi.encode(a, scalar));
        success = called && answer.length == 64;
        if (success) product = abi.decode(answer, (G1Point));
    }

    /// @notice Whether the product of pairings is one. Fails if any point is not in its group or not written canonically.
    /// @param pairs Pairs of a point of the first and a point of the second group, 192 bytes each.
    function pairing(bytes memory pairs) internal view returns (bool success, bool isOne) {
        uint256 gas_ = PAIRING_BASE_GAS + (pairs.length / 192) * PAIRING_PAIR_GAS;
        (bool called, bytes memory answer) = PAIRING.staticcall{gas: gas_}(pairs);
        success = called && answer.length == 32;
        if (success) isOne = abi.decode(answer, (uint256)) == 1;
    }

    /// @notice The point whose sum with `a` is the identity. The coordinates of `a` must be below the modulus.
    function negated(G1Point memory a) internal pure returns (G1Point memory) {
        return G1Point(a.x, (FIELD - a.y) % FIELD);
    }

    /// @notice Whether a point is in the first group, written canonically and not the identity. Every point of the curve is
    /// in the group.
    function isG1(G1Point memory a) internal pure returns (bool) {
        if (a.x >= FIELD || a.y >= FIELD) return false;
        return mulmod(a.y, a.y, FIELD) == addmod(mulmod(mulmod(a.x, a.x, FIELD), a.x, FIELD), 3, FIELD);
    }

    /// @notice Whether a point is in the second group, written canonically and not the identity.
    /// @dev Its pairing with the generator (1, 2) is one for the identity alone, and fails for what is no point.
    function isG2(G2Point memory a) internal view returns (bool) {
        (bool success, bool isOne) = pairing(abi.encode(G1Point(1, 2), a));
        return success && !isOne;
    }
}
