// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Statement} from "../../../contracts/interfaces/Proof.sol";
import {VerifyingKey} from "../../../contracts/interfaces/VerifyingKey.sol";
import {Groth16Verifier} from "../../../contracts/verifiers/Groth16Verifier.sol";

/// @title A verifier whose seals show the public inputs themselves, bound to no statement
contract RawInputVerifier is Groth16Verifier {
    uint256 private immutable _inputs;

    constructor(
        ModelVersion memory version_,
        uint64 maxDelay_,
        VerifyingKey memory key,
        uint256 inputs
    ) Groth16Verifier(version_, maxDelay_, key, inputs) {
        _inputs = inputs;
    }

    /// @inheritdoc Groth16Verifier
    function _shownLength() internal view override returns (uint256) {
        return 32 * _inputs;
    }

    /// @inheritdoc Groth16Verifier
    function _statementInputs(
        Statement calldata,
        bytes calldata shown
    ) internal view override returns (uint256[] memory inputs) {
        inputs = new uint256[](_inputs);
        for (uint256 i = 0; i < _inputs; ++i) inputs[i] = uint256(bytes32(shown[32 * i:]));
    }
}
