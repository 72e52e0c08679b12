// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.24;

import {Proof} from "../interfaces/Proof.sol";

/// @title What a consumer has paid for
/// @notice One inference may have several proofs: of other evidence, recorded and batched, alone and in batches of anyone's. A
/// consumer that pays once therefore remembers no proof id but who vouched for which request: (verifier, attester, request id).
/// Whether the proof holds is for `IProofLens` to say, before.
library SpentProofs {
    /// @notice What was paid for, in the storage of the consumer.
    struct Set {
        mapping(bytes32 key => bool spent) spent;
    }

    /// @notice It was paid for.
    /// @param verifier The proof's verifier.
    /// @param attesterId The proof's attester.
    /// @param requestId The request that it answers.
    error SpentProofsAlreadySpent(address verifier, bytes32 attesterId, bytes32 requestId);

    /// @notice Remembers a proof as paid for; reverts if it was. For a proof in a batch, whose evidence the lens was given.
    /// @dev Not for a record: its evidence would be the caller's word. See the other `spend`.
    /// @param set The consumer's set.
    /// @param proof The proof.
    function spend(Set storage set, Proof calldata proof) internal {
        spend(set, proof.evidence.verifier, proof.evidence.attesterId, proof.statement.requestId);
    }

    /// @notice Remembers as paid for who vouched for which request; reverts if it was. For a record: verifier and attester are those of
    /// the `ProofRecord` that `IProofLens.requireStatement` gave back, the request id that of the statement.
    /// @param set The consumer's set.
    /// @param verifier The verifier.
    /// @param attesterId The attester.
    /// @param requestId The request.
    function spend(Set storage set, address verifier, bytes32 attesterId, bytes32 requestId) internal {
        bytes32 key = _keyOf(verifier, attesterId, requestId);
        if (set.spent[key]) revert SpentProofsAlreadySpent(verifier, attesterId, requestId);
        set.spent[key] = true;
    }

    /// @notice Whether a proof was paid for.
    /// @param set The consumer's set.
    /// @param proof The proof.
    /// @return spent True if it was.
    function isSpent(Set storage set, Proof calldata proof) internal view returns (bool spent) {
        spent = set.spent[keyOf(proof)];
    }

    /// @notice What a proof is remembered by.
    /// @param proof The proof.
    /// @return key `keccak256(abi.encode(verifier, attesterId, requestId))`.
    function keyOf(Proof calldata proof) internal pure returns (bytes32 key) {
        key = _keyOf(proof.evidence.verifier, proof.evidence.attesterId, proof.statement.requestId);
    }

    function _keyOf(address verifier, bytes32 attesterId, bytes32 requestId) private pure returns (bytes32) {
        return keccak256(abi.encode(verifier, attesterId, requestId));
    }
}
