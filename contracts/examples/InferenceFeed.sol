// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.24;

import {ERC165, IERC165} from "@openzeppelin/contracts/utils/introspection/ERC165.sol";
import {BatchedProof, IProofLens, ProofPolicy} from "../interfaces/IProofLens.sol";
import {Statement} from "../interfaces/Proof.sol";
import {IInferenceFeed} from "./IInferenceFeed.sol";

/// @title Keeps the newest outputs of one version of one model
/// @notice See {IInferenceFeed}.
contract InferenceFeed is IInferenceFeed, ERC165 {
    /// @inheritdoc IInferenceFeed
    IProofLens public immutable proofs;

    ProofPolicy private _policy;
    mapping(uint256 topic => Answer) private _answers;

    constructor(IProofLens proofs_, ProofPolicy memory policy_) {
        if (
            policy_.verifier == address(0) ||
            address(policy_.attesters) == address(0) ||
            policy_.attesterIds.length == 0 ||
            policy_.manifestHash == 0 ||
            policy_.maxAge == 0
        ) revert InferenceFeedOpenPolicy();
        proofs = proofs_;
        _policy = policy_;
    }

    /// @inheritdoc IInferenceFeed
    function submit(uint256 topic, BatchedProof calldata batched) external {
        Statement calldata statement = batched.proof.statement;
        bytes32 requestId = requestIdOf(topic);
        if (statement.requestId != requestId) revert InferenceFeedOtherTopic(topic, statement.requestId, requestId);
        // By the time that was signed. Anchor time would let anyone settle an older proof again, in a batch of their own, after a newer one.
        uint64 producedAt = statement.producedAt;
        uint64 newest = _answers[topic].producedAt;
        if (producedAt <= newest) revert InferenceFeedNotNewer(topic, producedAt, newest);
        (bytes32 proofId, uint64 anchoredAt) = proofs.requireVerifiedInBatch(batched, _policy);
        // The verifiers of this project see to it, others may not: an output from the future would be the last one.
        if (producedAt > anchoredAt) revert InferenceFeedProducedLater(producedAt, anchoredAt);

        _answers[topic] = Answer({
            inputHash: statement.inputHash,
            outputHash: statement.outputHash,
            proofId: proofId,
            attesterId: batched.proof.evidence.attesterId,
            producedAt: producedAt,
            anchoredAt: anchoredAt
        });
        emit InferenceAccepted(topic, proofId, statement.inputHash, statement.outputHash, producedAt);
    }

    /// @inheritdoc IInferenceFeed
    function latest(uint256 topic, uint64 maxAge) external view returns (Answer memory answer) {
        answer = _answers[topic];
        bool none = answer.producedAt == 0;
        if (none || block.timestamp - answer.producedAt > maxAge) {
            revert InferenceFeedStale(topic, answer.producedAt, maxAge);
        }
        bool withdrawn = proofs.registry().isWithdrawn(answer.proofId);
        if (withdrawn || !_policy.attesters.wasValid(answer.attesterId, answer.anchoredAt)) {
            revert InferenceFeedDisowned(topic, answer.proofId);
        }
    }

    /// @inheritdoc IInferenceFeed
    function policy() external view returns (ProofPolicy memory policy_) {
        policy_ = _policy;
    }

    /// @inheritdoc IInferenceFeed
    function requestIdOf(uint256 topic) public view returns (bytes32 requestId) {
        requestId = keccak256(abi.encode(block.chainid, address(this), topic));
    }

    /// @inheritdoc IERC165
    function supportsInterface(bytes4 interfaceId) public view override returns (bool) {
        return interfaceId == type(IInferenceFeed).interfaceId || super.supportsInterface(interfaceId);
    }
}
