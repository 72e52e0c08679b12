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

    /// @notice Remembers a proof as paid for; reverts if it was.
    /// @param set The consumer's set.
    /// @param proof The proof.
    function spend(Set storage set, Proof calldata proof) internal {
        bytes32 key = keyOf(proof);
        if (set.spent[key]) {
            revert SpentProofsAlreadySpent(
                proof.evidence.verifier,
                proof.evidence.attesterId,
                proof.statement.requestId
            );
        }
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
        key = keccak256(abi.encode(proof.evidence.verifier, proof.evidence.attesterId, proof.statement.requestId));
    }
}
