// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IProofRegistry} from "../interfaces/IProofRegistry.sol";

/// @title A call to a contract that somebody else chose
/// @notice It cannot change state, and it cannot make its caller pay for a long answer.
library VerifierCall {
    uint256 private constant LONGEST_REASON = 256;

    /// @notice Reverts unless `verifier` has code and answers `data` with exactly `magic`.
    /// @param verifier The contract to ask.
    /// @param digest What it is asked about, for the errors.
    /// @param magic The one answer accepted.
    /// @param data The call.
    function requireMagic(address verifier, bytes32 digest, bytes4 magic, bytes memory data) internal view {
        // A call to an account without code succeeds, and would only fail for its missing answer.
        if (verifier.code.length == 0) revert IProofRegistry.ProofRegistryVerifierWithoutCode(verifier);

        bool success;
        bytes32 answer;
        uint256 length;
        // (success, answer) = verifier.staticcall(data), of whose answer only the first word is copied.
        assembly ("memory-safe") {
            mstore(0x00, 0)
            success := staticcall(gas(), verifier, add(data, 0x20), mload(data), 0x00, 0x20)
            answer := mload(0x00)
            length := returndatasize()
        }
        if (!success) revert IProofRegistry.ProofRegistryVerifierReverted(verifier, digest, _reason(length));
        if (length != 32 || answer != magic) {
            revert IProofRegistry.ProofRegistryVerifierRejected(verifier, digest, answer, length);
        }
    }

    function _reason(uint256 length) private pure returns (bytes memory reason) {
        if (length > LONGEST_REASON) length = LONGEST_REASON;
        reason = new bytes(length);
        // The first `length` bytes of the last call's answer.
        assembly ("memory-safe") {
            returndatacopy(add(reason, 0x20), 0, length)
        }
    }
}
