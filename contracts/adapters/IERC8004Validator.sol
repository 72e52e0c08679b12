// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.24;

import {IERC8004ValidationRegistry} from "./IERC8004ValidationRegistry.sol";

/// @notice A validator of ERC-8004 (draft, see `IERC8004ValidationRegistry`) that anyone can have answer: it says 100 for work that a
/// proof backs, takes that back with 0 when nobody vouches for the proof any more, and otherwise says nothing, since a missing proof
/// proves nothing.
///
/// An agent encodes its question, asks for validation under the question's hash, and has the proof made with that hash as request id.
/// So the attester, too, says for which agent it worked, and no agent can pass off the work of another. The registry lets another agent
/// take the hash first, which makes it useless to both: the same question with another nonce has another hash.
interface IERC8004Validator {
    /// @notice What an agent worked on.
    /// @param agentId The agent, by its id in the identity registry.
    /// @param modelId The model.
    /// @param modelVersion The version.
    /// @param inputHash Hash of the input.
    /// @param nonce Anything; tells apart questions that are otherwise the same.
    struct Question {
        uint256 agentId;
        bytes32 modelId;
        uint32 modelVersion;
        bytes32 inputHash;
        bytes32 nonce;
    }

    /// @notice A proof backs an agent's work.
    /// @param requestHash The request.
    /// @param agentId The agent.
    /// @param proofId The proof.
    event WorkValidated(bytes32 indexed requestHash, uint256 indexed agentId, bytes32 indexed proofId);

    /// @notice The proof that backed an agent's work was withdrawn, or its attester revoked from a time before it was anchored.
    /// @param requestHash The request.
    /// @param proofId The proof.
    event ValidationRetracted(bytes32 indexed requestHash, bytes32 indexed proofId);

    /// @notice The registry has no such request of this agent to this validator.
    /// @param requestHash The request.
    /// @param validator Whom the request asks.
    /// @param agentId Which agent asks.
    error ERC8004ValidatorNotAsked(bytes32 requestHash, address validator, uint256 agentId);

    /// @notice The statement is not about this question.
    /// @param requestHash The question's hash.
    /// @param requestId The statement's request id.
    error ERC8004ValidatorOtherQuestion(bytes32 requestHash, bytes32 requestId);

    /// @notice This validator gave no answer that it could take back.
    /// @param requestHash The request.
    error ERC8004ValidatorNotValidated(bytes32 requestHash);

    /// @notice The proof is vouched for as before.
    /// @param requestHash The request.
    /// @param proofId The proof.
    error ERC8004ValidatorStillVouchedFor(bytes32 requestHash, bytes32 proofId);

    /// @notice Answers 100 to a request whose work a proof backs. Anyone may call it.
    /// @param question The question behind the request's hash.
    /// @param proof A proof in a form of `IPolicyAdapter`.
    /// @return proofId The proof, which is the answer's hash.
    function respond(Question calldata question, bytes calldata proof) external returns (bytes32 proofId);

    /// @notice Takes an answer back with 0. Anyone may call it, once the proof is not vouched for any more.
    /// @param requestHash The request.
    function retract(bytes32 requestHash) external;

    /// @notice The hash of a question: `keccak256(abi.encode(chainId, this contract, question))`, whose encoding is what an agent's
    /// `requestURI` should lead to.
    /// @param question The question.
    /// @return requestHash The request hash, and the request id of a proof.
    function requestHashOf(Question calldata question) external view returns (bytes32 requestHash);

    /// @notice The registry that is answered.
    /// @return registry The contract.
    function validations() external view returns (IERC8004ValidationRegistry registry);
}
