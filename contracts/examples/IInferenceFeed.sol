// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.24;

import {BatchedProof, IProofLens, ProofPolicy} from "../interfaces/IProofLens.sol";

/// @notice The newest outputs of one version of one model, by topic, as proofs in batches show them under a policy.
///
/// A proof is for a topic of this feed if its statement names that topic's request id. What the input of a topic is, is for the
/// policy's attesters to say: name such as do not sign other people's inputs for this feed.
interface IInferenceFeed {
    /// @notice The newest output of a topic.
    /// @param inputHash Hash of the input.
    /// @param outputHash Hash of the output.
    /// @param proofId The proof.
    /// @param attesterId Who vouches for it.
    /// @param producedAt When it was produced, as the attester says; never after `anchoredAt`.
    /// @param anchoredAt Its anchor time in Unix seconds.
    struct Answer {
        bytes32 inputHash;
        bytes32 outputHash;
        bytes32 proofId;
        bytes32 attesterId;
        uint64 producedAt;
        uint64 anchoredAt;
    }

    /// @notice A newer output was accepted.
    /// @param topic The topic.
    /// @param proofId The proof.
    /// @param inputHash Hash of the input.
    /// @param outputHash Hash of the output.
    /// @param producedAt When it was produced, as the attester says.
    event InferenceAccepted(
        uint256 indexed topic,
        bytes32 indexed proofId,
        bytes32 inputHash,
        bytes32 outputHash,
        uint64 producedAt
    );

    /// @notice The policy leaves open what a feed must know: verifier, attesters, manifest or greatest age.
    error InferenceFeedOpenPolicy();

    /// @notice The proof answers something else than this topic of this feed.
    /// @param topic The topic.
    /// @param found The statement's request id.
    /// @param expected The topic's.
    error InferenceFeedOtherTopic(uint256 topic, bytes32 found, bytes32 expected);

    /// @notice The proof says that it was produced after its anchor time.
    /// @param producedAt When it says that it was produced.
    /// @param anchoredAt Its anchor time.
    error InferenceFeedProducedLater(uint64 producedAt, uint64 anchoredAt);

    /// @notice The proof is no newer than the newest.
    /// @param topic The topic.
    /// @param producedAt When it was produced.
    /// @param newest When the newest was produced.
    error InferenceFeedNotNewer(uint256 topic, uint64 producedAt, uint64 newest);

    /// @notice The topic has no output, or none young enough.
    /// @param topic The topic.
    /// @param producedAt When its newest output was produced; 0 if there is none.
    /// @param maxAge The greatest age in seconds.
    error InferenceFeedStale(uint256 topic, uint64 producedAt, uint64 maxAge);

    /// @notice The newest output is not vouched for any more: its proof was withdrawn, or its attester was revoked from a time before
    /// it was anchored. The topic has no output until a newer one is accepted.
    /// @param topic The topic.
    /// @param proofId The proof.
    error InferenceFeedDisowned(uint256 topic, bytes32 proofId);

    /// @notice Accepts a newer output. Anyone may call it: it goes by what the attester signed, not by who sends it.
    /// @param topic The topic.
    /// @param batched The proof and its place.
    function submit(uint256 topic, BatchedProof calldata batched) external;

    /// @notice The newest output of a topic; reverts if it is older than asked for, or not vouched for any more.
    /// @param topic The topic.
    /// @param maxAge The greatest age in seconds since it was produced.
    /// @return answer The output.
    function latest(uint256 topic, uint64 maxAge) external view returns (Answer memory answer);

    /// @notice The request id that a statement names to be of a topic: `keccak256(abi.encode(chainId, this contract, topic))`.
    /// @param topic The topic, in the place of the nonce.
    /// @return requestId The request id.
    function requestIdOf(uint256 topic) external view returns (bytes32 requestId);

    /// @notice What a proof must meet.
    /// @return policy_ The policy.
    function policy() external view returns (ProofPolicy memory policy_);

    /// @notice Who judges proofs.
    /// @return lens The contract.
    function proofs() external view returns (IProofLens lens);
}
