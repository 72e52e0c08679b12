// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.24;

/// @notice A point of BN254's first group, as EIP-196 writes it; (0, 0) is the identity.
/// @param x First coordinate, below the field's modulus.
/// @param y Second coordinate, below the field's modulus.
struct G1Point {
    uint256 x;
    uint256 y;
}

/// @notice A point of BN254's second group, as EIP-197 writes it: of each coordinate the imaginary part first.
/// @param x First coordinate: imaginary part, real part.
/// @param y Second coordinate: imaginary part, real part.
struct G2Point {
    uint256[2] x;
    uint256[2] y;
}

/// @notice What a Groth16 proof is checked against (Groth, "On the Size of Pairing-based Non-interactive Arguments", 2016).
/// @param alpha Alpha in the first group.
/// @param beta Beta in the second group.
/// @param gamma Gamma in the second group.
/// @param delta Delta in the second group.
/// @param ic One point for the constant, then one for each public input in the circuit's order.
struct VerifyingKey {
    G1Point alpha;
    G2Point beta;
    G2Point gamma;
    G2Point delta;
    G1Point[] ic;
}
