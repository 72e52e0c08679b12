// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {BatchedProof, IProofLens, ProofPolicy} from "../interfaces/IProofLens.sol";
import {IProofRegistry} from "../interfaces/IProofRegistry.sol";
import {IVersioned} from "../interfaces/IVersioned.sol";
import {Statement} from "../interfaces/Proof.sol";
import {IPolicyAdapter} from "./IPolicyAdapter.sol";

/// @title PolicyAdapter
/// @notice See {IPolicyAdapter}.
abstract contract PolicyAdapter is IPolicyAdapter {
    /// @dev A proof that met the policy.
    struct Proven {
        bytes32 proofId;
        bytes32 attesterId;
        uint64 anchoredAt;
    }

    uint8 private constant RECORDED = 1;
    uint8 private constant BATCHED = 2;

    /// @inheritdoc IPolicyAdapter
    IProofLens public immutable proofs;

    ProofPolicy private _policy;

    constructor(IProofLens proofs_, ProofPolicy memory policy_) {
        if (policy_.verifier == address(0) || policy_.manifestHash == 0) {
            revert PolicyAdapterOpenPolicy(policy_.verifier, policy_.manifestHash);
        }
        proofs = proofs_;
        _policy = policy_;
    }

    /// @inheritdoc IPolicyAdapter
    function policy() external view returns (ProofPolicy memory policy_) {
        policy_ = _policy;
    }

    /// @inheritdoc IVersioned
    function version() external pure returns (string memory) {
        return "1.0.0";
    }

    /// @dev Reverts unless `proof` is one that meets the policy.
    function _requireProven(
        bytes calldata proof
    ) internal view returns (Statement memory statement, Proven memory proven) {
        uint8 form = proof.length == 0 ? 0 : uint8(proof[0]);
        if (form == RECORDED) {
            bytes32 recordId;
            (statement, recordId) = abi.decode(proof[1:], (Statement, bytes32));
            IProofRegistry.ProofRecord memory record = proofs.requireStatement(statement, recordId, _policy);
            return (statement, Proven(record.proofId, record.attesterId, record.anchoredAt));
        }
        if (form != BATCHED) revert PolicyAdapterUnknownForm(proof.length, form);
        BatchedProof memory batched = abi.decode(proof[1:], (BatchedProof));
        (bytes32 proofId, uint64 anchoredAt) = proofs.requireVerifiedInBatch(batched, _policy);
        return (batched.proof.statement, Proven(proofId, batched.proof.evidence.attesterId, anchoredAt));
    }

    /// @dev Whether a proof that met the policy is not vouched for any more, as `IProofLens` judges it for a record; its age aside.
    function _isDisowned(Proven memory proven) internal view returns (bool disowned) {
        uint64 withdrawnAt = proofs.registry().withdrawnAt(proven.proofId);
        if (address(_policy.attesters) == address(0)) return withdrawnAt != 0;
        (, uint64 validUntil) = _policy.attesters.interval(proven.attesterId);
        bool withdrawn = withdrawnAt != 0 && withdrawnAt < validUntil;
        return withdrawn || !_policy.attesters.wasValid(proven.attesterId, proven.anchoredAt);
    }
}
