// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IERC165} from "@openzeppelin/contracts/utils/introspection/IERC165.sol";
import {SSTORE2} from "solady/src/utils/SSTORE2.sol";
import {IGroth16TensorVerifier} from "../interfaces/IGroth16TensorVerifier.sol";
import {Statement} from "../interfaces/Proof.sol";
import {VerifyingKey} from "../interfaces/VerifyingKey.sol";
import {Groth16Verifier} from "./Groth16Verifier.sol";

/// @title Groth16TensorVerifier
/// @notice See {IGroth16TensorVerifier}.
contract Groth16TensorVerifier is Groth16Verifier, IGroth16TensorVerifier {
    /// @dev As many bytes as always give a number below the order of the groups.
    uint256 private constant LIMB = 31;

    uint32 private immutable _inputLength;
    uint32 private immutable _outputLength;
    address private immutable _prefixes;

    /// @param version_ The version of the model that the circuit stands for.
    /// @param maxDelay_ The longest distance between production and anchor time, in seconds.
    /// @param key The circuit's verifying key.
    /// @param input The input tensor.
    /// @param output The output tensor.
    constructor(
        ModelVersion memory version_,
        uint64 maxDelay_,
        VerifyingKey memory key,
        TensorFrame memory input,
        TensorFrame memory output
    ) Groth16Verifier(version_, maxDelay_, key, _limbs(uint256(input.length) + output.length)) {
        _inputLength = input.length;
        _outputLength = output.length;
        _prefixes = SSTORE2.write(abi.encode(input.prefix, output.prefix));
    }

    /// @inheritdoc IGroth16TensorVerifier
    function inputFrame() external view returns (TensorFrame memory frame) {
        (bytes memory prefix, ) = _readPrefixes();
        frame = TensorFrame(prefix, _inputLength);
    }

    /// @inheritdoc IGroth16TensorVerifier
    function outputFrame() external view returns (TensorFrame memory frame) {
        (, bytes memory prefix) = _readPrefixes();
        frame = TensorFrame(prefix, _outputLength);
    }

    /// @inheritdoc IERC165
    function supportsInterface(bytes4 interfaceId) public view override(Groth16Verifier, IERC165) returns (bool) {
        return interfaceId == type(IGroth16TensorVerifier).interfaceId || super.supportsInterface(interfaceId);
    }

    /// @inheritdoc Groth16Verifier
    function _shownLength() internal view override returns (uint256) {
        return uint256(_inputLength) + _outputLength;
    }

    /// @inheritdoc Groth16Verifier
    function _statementInputs(
        Statement calldata statement,
        bytes calldata shown
    ) internal view override returns (uint256[] memory inputs) {
        (bytes memory inputPrefix, bytes memory outputPrefix) = _readPrefixes();
        bytes32 inputHash = sha256(bytes.concat(inputPrefix, shown[:_inputLength]));
        if (inputHash != statement.inputHash) revert Groth16TensorVerifierOtherInput(inputHash, statement.inputHash);
        bytes32 outputHash = sha256(bytes.concat(outputPrefix, shown[_inputLength:]));
        if (outputHash != statement.outputHash) {
            revert Groth16TensorVerifierOtherOutput(outputHash, statement.outputHash);
        }
        inputs = new uint256[](_limbs(shown.length));
        for (uint256 i = 0; i < inputs.length; ++i) {
            bytes calldata rest = shown[LIMB * i:];
            uint256 length = rest.length < LIMB ? rest.length : LIMB;
            inputs[i] = uint256(bytes32(rest)) >> (8 * (32 - length));
        }
    }

    function _readPrefixes() private view returns (bytes memory input, bytes memory output) {
        (input, output) = abi.decode(SSTORE2.read(_prefixes), (bytes, bytes));
    }

    function _limbs(uint256 length) private pure returns (uint256) {
        return (length + LIMB - 1) / LIMB;
    }
}
