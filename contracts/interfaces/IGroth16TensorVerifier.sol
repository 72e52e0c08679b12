// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.24;

import {IGroth16Verifier} from "./IGroth16Verifier.sol";

/// @notice For circuits that take their tensors' values as public inputs, where one input and one output tensor have shapes
/// that never change. The seal shows the values; this contract hashes them and compares with the statement, so that the
/// circuit needs no SHA-256. Whoever proves this way shows input and output to the world: the hashes are those without salt.
///
/// After the points the seal holds the input's data, then the output's, as tensors hold them (row by row, little-endian).
/// The circuit's public inputs after the digest's are these bytes, 31 to a number, the first the most significant; the last
/// number has what is left. The circuit must split them again with every byte constrained to 8 bits.
interface IGroth16TensorVerifier is IGroth16Verifier {
    /// @notice What surrounds a tensor's data in the bytes that are hashed, and how long they are.
    /// @param prefix The canonical CBOR of the tensor, without salt, up to its data.
    /// @param length Length of its data in bytes.
    struct TensorFrame {
        bytes prefix;
        uint32 length;
    }

    /// @notice The values that the seal shows do not have the statement's input hash.
    /// @param found Their hash.
    /// @param expected What the statement says.
    error Groth16TensorVerifierOtherInput(bytes32 found, bytes32 expected);

    /// @notice The values that the seal shows do not have the statement's output hash.
    /// @param found Their hash.
    /// @param expected What the statement says.
    error Groth16TensorVerifierOtherOutput(bytes32 found, bytes32 expected);

    /// @notice The input tensor.
    /// @return frame Its frame.
    function inputFrame() external view returns (TensorFrame memory frame);

    /// @notice The output tensor.
    /// @return frame Its frame.
    function outputFrame() external view returns (TensorFrame memory frame);
}
