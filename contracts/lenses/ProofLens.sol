// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ERC165, IERC165} from "@openzeppelin/contracts/utils/introspection/ERC165.sol";
import {IAttesterRegistry} from "../interfaces/IAttesterRegistry.sol";
import {BatchedProof, IProofLens, ProofPolicy} from "../interfaces/IProofLens.sol";
import {IProofRegistry} from "../interfaces/IProofRegistry.sol";
import {IVersioned} from "../interfaces/IVersioned.sol";
import {Evidence, Statement} from "../interfaces/Proof.sol";
import {ProofHash} from "../libraries/ProofHash.sol";

/// @title ProofLens
/// @notice See {IProofLens}.
contract ProofLens is IProofLens, ERC165 {
    /// @inheritdoc IProofLens
    IProofRegistry public immutable registry;

    /// @param registry_ The registry to read.
    constructor(IProofRegistry registry_) {
        registry = registry_;
    }

    /// @inheritdoc IProofLens
    function requireVerified(
        bytes32 recordId,
        ProofPolicy calldata policy
    ) external view returns (IProofRegistry.ProofRecord memory record) {
        if (policy.manifestHash != 0) revert ProofLensStatementNeeded(recordId, policy.manifestHash);
        record = _requireRecord(recordId, policy);
    }

    /// @inheritdoc IProofLens
    function requireStatement(
        Statement calldata statement,
        bytes32 recordId,
        ProofPolicy calldata policy
    ) external view returns (IProofRegistry.ProofRecord memory record) {
        _requireManifest(recordId, statement, policy);
        record = _requireRecord(recordId, policy);
        bytes32 statementHash = ProofHash.ofStatement(statement);
        if (record.statementHash != statementHash) {
            revert ProofLensOtherStatement(recordId, record.statementHash, statementHash);
        }
    }

    /// @inheritdoc IProofLens
    function requireVerifiedInBatch(
        BatchedProof calldata batched,
        ProofPolicy calldata policy
    ) external view returns (bytes32 proofId, uint64 anchoredAt) {
        Evidence calldata evidence = batched.proof.evidence;
        proofId = ProofHash.ofProof(batched.proof);
        // First, so that no verifier is asked that the policy does not name.
        _requireVerifier(proofId, evidence.verifier, policy);
        _requireManifest(proofId, batched.proof.statement, policy);
        (, anchoredAt) = registry.verifyInBatch(
            batched.batchId,
            batched.proof,
            batched.offset,
            batched.length,
            batched.merkleProof,
            batched.seal
        );
        _requirePolicy(proofId, evidence.attesterId, anchoredAt, policy);
    }

    /// @inheritdoc IVersioned
    function version() external pure returns (string memory) {
        return "1.0.0";
    }

    /// @inheritdoc IERC165
    function supportsInterface(bytes4 interfaceId) public view override(ERC165, IERC165) returns (bool) {
        return
            interfaceId == type(IProofLens).interfaceId ||
            interfaceId == type(IVersioned).interfaceId ||
            super.supportsInterface(interfaceId);
    }

    function _requireRecord(
        bytes32 recordId,
        ProofPolicy calldata policy
    ) private view returns (IProofRegistry.ProofRecord memory record) {
        record = registry.proofOf(recordId);
        _requireVerifier(recordId, record.verifier, policy);
        _requirePolicy(recordId, record.attesterId, record.anchoredAt, policy);
        bool asked = address(policy.attesters) != address(0);
        if (record.withdrawn && (!asked || _mightWithdraw(policy.attesters, record))) {
            revert ProofLensWithdrawn(recordId, record.proofId, record.withdrawnAt);
        }
    }

    /// @dev `id` is how the errors name the proof: by its record, or in a batch by itself.
    function _requirePolicy(
        bytes32 id,
        bytes32 attesterId,
        uint64 anchoredAt,
        ProofPolicy calldata policy
    ) private view {
        if (!_isAmong(attesterId, policy.attesterIds)) revert ProofLensOtherAttester(id, attesterId);
        if (policy.maxAge != 0 && block.timestamp - anchoredAt > policy.maxAge) {
            revert ProofLensTooOld(id, anchoredAt, policy.maxAge);
        }
        bool asked = address(policy.attesters) != address(0);
        if (asked && !policy.attesters.wasValid(attesterId, anchoredAt)) {
            revert ProofLensAttesterNotValid(id, attesterId, anchoredAt);
        }
    }

    /// @dev By the end of the interval alone. An end only ever moves back, so when any withdrawal counts the first one does,
    /// and the registry need keep no other. The verifier held it against the beginning.
    function _mightWithdraw(
        IAttesterRegistry attesters,
        IProofRegistry.ProofRecord memory record
    ) private view returns (bool) {
        (, uint64 validUntil) = attesters.interval(record.attesterId);
        return record.withdrawnAt < validUntil;
    }

    function _requireVerifier(bytes32 id, address verifier, ProofPolicy calldata policy) private pure {
        if (policy.verifier == address(0)) revert ProofLensVerifierMissing();
        if (verifier != policy.verifier) revert ProofLensOtherVerifier(id, verifier, policy.verifier);
    }

    function _requireManifest(bytes32 id, Statement calldata statement, ProofPolicy calldata policy) private pure {
        bytes32 expected = policy.manifestHash;
        if (expected != 0 && statement.manifestHash != expected) {
            revert ProofLensOtherManifest(id, statement.manifestHash, expected);
        }
    }

    function _isAmong(bytes32 attesterId, bytes32[] calldata accepted) private pure returns (bool) {
        if (accepted.length == 0) return true;
        for (uint256 i = 0; i < accepted.length; ++i) {
            if (accepted[i] == attesterId) return true;
        }
        return false;
    }
}
