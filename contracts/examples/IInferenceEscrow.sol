// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.24;

import {AvailabilityPolicy, IAvailabilityLens} from "../interfaces/IAvailabilityLens.sol";
import {BatchedProof, IProofLens, ProofPolicy} from "../interfaces/IProofLens.sol";
import {Statement} from "../interfaces/Proof.sol";

/// @notice Pays each of the providers that a client names once, for a verified proof of what the client asked of an
/// available model; what is left after the deadline goes back to the client.
///
/// The client's terms decide everything, so a provider reads them before it works: a verifier that never accepts, a source of
/// committees that never certifies, an owner who revokes the version are reasons not to be paid.
interface IInferenceEscrow {
    /// @notice What a client asks, of whom, and what it accepts as an answer.
    /// @param modelId The model.
    /// @param modelVersion The version.
    /// @param inputHash Hash of the input, salted as the client and the providers agreed.
    /// @param policy What a proof must meet. Names its manifest and its attesters.
    /// @param payees Who is paid for the proof of each of the policy's attesters, in the same order.
    /// @param availability What the blobs of the version must meet.
    /// @param price What each answer costs, in wei.
    /// @param deadline The last second in which an answer is paid, in Unix seconds.
    struct Terms {
        bytes32 modelId;
        uint32 modelVersion;
        bytes32 inputHash;
        ProofPolicy policy;
        address[] payees;
        AvailabilityPolicy availability;
        uint256 price;
        uint64 deadline;
    }

    /// @notice A request as it stands.
    /// @param termsHash keccak256 of the encoded terms; zero if there is no such request.
    /// @param client Who asked.
    /// @param remaining What is not paid or refunded yet, in wei.
    struct Request {
        bytes32 termsHash;
        address client;
        uint256 remaining;
    }

    /// @notice A client asks.
    /// @param requestId The request, which a proof's statement must name.
    /// @param client Who asks.
    /// @param terms What is asked.
    event InferenceRequested(bytes32 indexed requestId, address indexed client, Terms terms);

    /// @notice A provider answered and is owed the price.
    /// @param requestId The request.
    /// @param proofId The proof.
    /// @param payee Who is owed the price.
    /// @param outputHash Hash of the output.
    event InferencePaid(bytes32 indexed requestId, bytes32 indexed proofId, address indexed payee, bytes32 outputHash);

    /// @notice What nobody earned is owed to the client again.
    /// @param requestId The request.
    /// @param client Who asked.
    /// @param amount What the client is owed, in wei.
    event InferenceRefunded(bytes32 indexed requestId, address indexed client, uint256 amount);

    /// @notice The terms name no manifest, no attester, or not one payee for each attester.
    /// @param manifestHash The policy's manifest.
    /// @param attesters How many attesters the policy names.
    /// @param payees How many payees are named.
    error InferenceEscrowOpenTerms(bytes32 manifestHash, uint256 attesters, uint256 payees);

    /// @notice What was sent is not what the answers cost, or they cost nothing.
    /// @param sent What was sent, in wei.
    /// @param price What each answer costs.
    /// @param payees How many answers.
    error InferenceEscrowOtherAmount(uint256 sent, uint256 price, uint256 payees);

    /// @notice The request was made under other terms, or there is none.
    /// @param requestId The request.
    /// @param found Hash of the terms as given.
    /// @param expected Hash of its terms.
    error InferenceEscrowOtherTerms(bytes32 requestId, bytes32 found, bytes32 expected);

    /// @notice The deadline is past.
    /// @param deadline The last second.
    /// @param blockTime Time of the block.
    error InferenceEscrowEnded(uint64 deadline, uint256 blockTime);

    /// @notice The deadline is not past.
    /// @param deadline The last second.
    /// @param blockTime Time of the block.
    error InferenceEscrowNotEnded(uint64 deadline, uint256 blockTime);

    /// @notice The statement answers another request, or of another model, version or input.
    /// @param requestId The request.
    /// @param statement The statement.
    error InferenceEscrowOtherQuestion(bytes32 requestId, Statement statement);

    /// @notice The model's owner revoked the version, or the registry has another manifest for it than was agreed on.
    /// @param requestId The request.
    /// @param manifestHash The registry's manifest.
    /// @param revoked Whether the version is revoked.
    error InferenceEscrowModelRefused(bytes32 requestId, bytes32 manifestHash, bool revoked);

    /// @notice Nothing is owed to this account, or nothing remains of this request.
    error InferenceEscrowNothingOwed();

    /// @notice Asks for inference, and pays for all answers in advance.
    /// @param terms What is asked; the deadline is in the future.
    /// @return requestId The request.
    function request(Terms calldata terms) external payable returns (bytes32 requestId);

    /// @notice Owes a provider the price for a recorded proof. Anyone may call it: the payee is named by the terms.
    /// @param requestId The request.
    /// @param terms Its terms.
    /// @param blobIds All blobs that hold the version's files, as its manifest lists them.
    /// @param statement The statement that was proven.
    /// @param recordId Where the proof is recorded.
    function claim(
        bytes32 requestId,
        Terms calldata terms,
        bytes32[] calldata blobIds,
        Statement calldata statement,
        bytes32 recordId
    ) external;

    /// @notice Owes a provider the price for a proof in a batch. Anyone may call it: the payee is named by the terms.
    /// @param requestId The request.
    /// @param terms Its terms.
    /// @param blobIds All blobs that hold the version's files, as its manifest lists them.
    /// @param batched The proof and its place.
    function claimInBatch(
        bytes32 requestId,
        Terms calldata terms,
        bytes32[] calldata blobIds,
        BatchedProof calldata batched
    ) external;

    /// @notice Owes the client what nobody earned until the deadline. Anyone may call it.
    /// @param requestId The request.
    /// @param terms Its terms.
    function refund(bytes32 requestId, Terms calldata terms) external;

    /// @notice Sends the caller all that it is owed.
    function withdraw() external;

    /// @notice A request as it stands.
    /// @param requestId The request.
    /// @return request_ The request; all zero if there is none.
    function requestOf(bytes32 requestId) external view returns (Request memory request_);

    /// @notice What an account is owed.
    /// @param account The account.
    /// @return amount In wei.
    function owed(address account) external view returns (uint256 amount);

    /// @notice The request id of a nonce: `keccak256(abi.encode(chainId, this contract, nonce))`, so that no proof for another
    /// consumer, or for this one on another chain, is an answer here.
    /// @param nonce 0, 1, 2... in the order of the requests.
    /// @return requestId The request.
    function requestIdOf(uint256 nonce) external view returns (bytes32 requestId);

    /// @notice Who judges proofs.
    /// @return lens The contract.
    function proofs() external view returns (IProofLens lens);

    /// @notice Who judges whether a model is available.
    /// @return lens The contract.
    function availability() external view returns (IAvailabilityLens lens);
}
