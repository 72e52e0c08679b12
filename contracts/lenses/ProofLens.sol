// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IAttesterRegistry} from "../interfaces/IAttesterRegistry.sol";
import {IProofLens, ProofPolicy} from "../interfaces/IProofLens.sol";
import {IProofRegistry} from "../interfaces/IProofRegistry.sol";
import {IVersioned} from "../interfaces/IVersioned.sol";
import {Statement} from "../interfaces/Proof.sol";
import {ProofHash} from "../libraries/ProofHash.sol";

/// @title ProofLens
/// @notice See {IProofLens}.
contract ProofLens is IProofLens {
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
    ) public view returns (IProofRegistry.ProofRecord memory record) {
        if (policy.verifier == address(0)) revert ProofLensVerifierMissing();
        record = registry.proofOf(recordId);
        if (record.verifier != policy.verifier) {
            revert ProofLensOtherVerifier(recordId, record.verifier, policy.verifier);
        }
        if (!_isAmong(record.attesterId, policy.attesterIds)) {
            revert ProofLensOtherAttester(recordId, record.attesterId);
        }
        if (policy.maxAge != 0 && block.timestamp - record.anchoredAt > policy.maxAge) {
            revert ProofLensTooOld(recordId, record.anchoredAt, policy.maxAge);
        }
        bool asked = address(policy.attesters) != address(0);
        if (asked && !policy.attesters.wasValid(record.attesterId, record.anchoredAt)) {
            revert ProofLensAttesterNotValid(recordId, record.attesterId, record.anchoredAt);
        }
        if (record.withdrawn && (!asked || _mightWithdraw(policy.attesters, record))) {
            revert ProofLensWithdrawn(recordId, record.proofId, record.withdrawnAt);
        }
    }

    /// @inheritdoc IProofLens
    function requireStatement(
        Statement calldata statement,
        bytes32 recordId,
        ProofPolicy calldata policy
    ) external view returns (IProofRegistry.ProofRecord memory record) {
        record = requireVerified(recordId, policy);
        bytes32 statementHash = ProofHash.ofStatement(statement);
        if (record.statementHash != statementHash) {
            revert ProofLensOtherStatement(recordId, record.statementHash, statementHash);
        }
    }

    /// @inheritdoc IVersioned
    function version() external pure returns (string memory) {
        return "1.0.0";
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

    function _isAmong(bytes32 attesterId, bytes32[] calldata accepted) private pure returns (bool) {
        if (accepted.length == 0) return true;
        for (uint256 i = 0; i < accepted.length; ++i) {
            if (accepted[i] == attesterId) return true;
        }
        return false;
    }
}
