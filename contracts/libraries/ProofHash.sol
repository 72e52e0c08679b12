// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Evidence, Proof, Statement} from "../interfaces/Proof.sol";

/// @title EIP-712 struct hashes of proofs, and the leaves of their batches
/// @notice Every field takes one word, so `abi.encode` of a struct is its EIP-712 `encodeData`.
library ProofHash {
    bytes32 internal constant STATEMENT_TYPE = keccak256(
        "Statement(bytes32 modelId,uint32 modelVersion,bytes32 manifestHash,bytes32 inputHash,bytes32 outputHash,bytes32 requestId,uint64 producedAt)"
    );
    bytes32 internal constant EVIDENCE_TYPE = keccak256(
        "Evidence(address verifier,bytes32 attesterId,bytes32 blobId,bytes32 contentHash,uint64 size)"
    );
    bytes32 internal constant PROOF_TYPE = keccak256(
        "Proof(Statement statement,Evidence evidence)Evidence(address verifier,bytes32 attesterId,bytes32 blobId,bytes32 contentHash,uint64 size)Statement(bytes32 modelId,uint32 modelVersion,bytes32 manifestHash,bytes32 inputHash,bytes32 outputHash,bytes32 requestId,uint64 producedAt)"
    );
    bytes32 internal constant WITHDRAWAL_TYPE = keccak256("Withdrawal(bytes32 proofId)");

    /// @notice Hash of a statement.
    function ofStatement(Statement calldata statement) internal pure returns (bytes32) {
        return keccak256(abi.encode(STATEMENT_TYPE, statement));
    }

    /// @notice Hash of evidence.
    function ofEvidence(Evidence calldata evidence) internal pure returns (bytes32) {
        return keccak256(abi.encode(EVIDENCE_TYPE, evidence));
    }

    /// @notice Hash of evidence that lies in a batch's bundle and so names no blob of its own.
    function ofEvidenceInBundle(
        address verifier,
        bytes32 attesterId,
        bytes32 contentHash,
        uint64 size
    ) internal pure returns (bytes32) {
        return keccak256(abi.encode(EVIDENCE_TYPE, verifier, attesterId, bytes32(0), contentHash, size));
    }

    /// @notice Proof id from the hashes of its parts.
    function ofParts(bytes32 statementHash, bytes32 evidenceHash) internal pure returns (bytes32) {
        return keccak256(abi.encode(PROOF_TYPE, statementHash, evidenceHash));
    }

    /// @notice Proof id.
    function ofProof(Proof calldata proof) internal pure returns (bytes32) {
        return ofParts(ofStatement(proof.statement), ofEvidence(proof.evidence));
    }

    /// @notice Hash of the wish to withdraw a proof.
    function ofWithdrawal(bytes32 proofId) internal pure returns (bytes32) {
        return keccak256(abi.encode(WITHDRAWAL_TYPE, proofId));
    }

    /// @notice Leaf of a batch: hashed twice, so that no inner node (64 bytes) can pass for one.
    function ofLeaf(bytes32 proofId, bytes32 sealHash, uint64 offset, uint64 length) internal pure returns (bytes32) {
        return keccak256(bytes.concat(keccak256(abi.encode(proofId, sealHash, offset, length))));
    }
}
