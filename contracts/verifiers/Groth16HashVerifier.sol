// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Statement} from "../interfaces/Proof.sol";
import {VerifyingKey} from "../interfaces/VerifyingKey.sol";
import {Groth16Verifier} from "./Groth16Verifier.sol";

/// @title Groth16HashVerifier
/// @notice For circuits that hash their tensors themselves. Public inputs: the upper and the lower 128 bits of the digest,
/// of the input hash and of the output hash. Nothing is shown: values and salts stay with the prover.
contract Groth16HashVerifier is Groth16Verifier {
    uint256 private constant INPUTS = 4;

    /// @param version_ The version of the model that the circuit stands for.
    /// @param maxDelay_ The longest distance between production and anchor time, in seconds.
    /// @param key The circuit's verifying key.
    constructor(
        ModelVersion memory version_,
        uint64 maxDelay_,
        VerifyingKey memory key
    ) Groth16Verifier(version_, maxDelay_, key, INPUTS) {}

    /// @inheritdoc Groth16Verifier
    function _shownLength() internal pure override returns (uint256) {
        return 0;
    }

    /// @inheritdoc Groth16Verifier
    function _statementInputs(
        Statement calldata statement,
        bytes calldata
    ) internal pure override returns (uint256[] memory inputs) {
        inputs = new uint256[](INPUTS);
        inputs[0] = uint256(statement.inputHash) >> 128;
        inputs[1] = uint128(uint256(statement.inputHash));
        inputs[2] = uint256(statement.outputHash) >> 128;
        inputs[3] = uint128(uint256(statement.outputHash));
    }
}
