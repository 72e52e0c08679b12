// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IProofRegistry} from "../interfaces/IProofRegistry.sol";
import {BoundedCall} from "./BoundedCall.sol";

/// @title The question that a registry asks the verifier of a proof
library VerifierCall {
    /// @notice Reverts unless `verifier` has code and answers `data` with exactly `magic`.
    /// @param verifier The contract to ask.
    /// @param digest What it is asked about, for the errors.
    /// @param magic The one answer accepted.
    /// @param data The call.
    function requireMagic(address verifier, bytes32 digest, bytes4 magic, bytes memory data) internal view {
        // A call to an account without code succeeds, and would only fail for its missing answer.
        if (verifier.code.length == 0) revert IProofRegistry.ProofRegistryVerifierWithoutCode(verifier);
        (bool success, bytes32 answer, uint256 length) = BoundedCall.ask(verifier, data);
        if (!success) {
            revert IProofRegistry.ProofRegistryVerifierReverted(verifier, digest, BoundedCall.reasonOf(length));
        }
        if (length != 32 || answer != magic) {
            revert IProofRegistry.ProofRegistryVerifierRejected(verifier, digest, answer, length);
        }
    }
}
