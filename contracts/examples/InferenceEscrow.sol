// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.24;

import {Address} from "@openzeppelin/contracts/utils/Address.sol";
import {ERC165, IERC165} from "@openzeppelin/contracts/utils/introspection/ERC165.sol";
import {IAvailabilityLens} from "../interfaces/IAvailabilityLens.sol";
import {IModelRegistry} from "../interfaces/IModelRegistry.sol";
import {BatchedProof, IProofLens} from "../interfaces/IProofLens.sol";
import {IProofRegistry} from "../interfaces/IProofRegistry.sol";
import {Statement} from "../interfaces/Proof.sol";
import {SpentProofs} from "../libraries/SpentProofs.sol";
import {IInferenceEscrow} from "./IInferenceEscrow.sol";

/// @title Pays inference providers once each, for verified proofs
/// @notice See {IInferenceEscrow}.
contract InferenceEscrow is IInferenceEscrow, ERC165 {
    using SpentProofs for SpentProofs.Set;

    /// @inheritdoc IInferenceEscrow
    IProofLens public immutable proofs;
    /// @inheritdoc IInferenceEscrow
    IAvailabilityLens public immutable availability;

    /// @inheritdoc IInferenceEscrow
    mapping(address account => uint256 amount) public owed;
    mapping(bytes32 requestId => Request) private _requests;
    SpentProofs.Set private _spent;
    uint256 private _nonce;

    constructor(IProofLens proofs_, IAvailabilityLens availability_) {
        proofs = proofs_;
        availability = availability_;
    }

    /// @inheritdoc IInferenceEscrow
    function request(Terms calldata terms) external payable returns (bytes32 requestId) {
        uint256 payees = terms.payees.length;
        uint256 attesters = terms.policy.attesterIds.length;
        if (terms.policy.manifestHash == 0 || payees == 0 || payees != attesters) {
            revert InferenceEscrowOpenTerms(terms.policy.manifestHash, attesters, payees);
        }
        if (terms.price == 0 || msg.value != terms.price * payees) {
            revert InferenceEscrowOtherAmount(msg.value, terms.price, payees);
        }
        _requireOpen(terms);

        requestId = requestIdOf(_nonce++);
        _requests[requestId] = Request(keccak256(abi.encode(terms)), msg.sender, msg.value);
        emit InferenceRequested(requestId, msg.sender, terms);
    }

    /// @inheritdoc IInferenceEscrow
    function claim(
        bytes32 requestId,
        Terms calldata terms,
        bytes32[] calldata blobIds,
        Statement calldata statement,
        bytes32 recordId
    ) external {
        _requireAnswer(requestId, terms, blobIds, statement);
        IProofRegistry.ProofRecord memory record = proofs.requireStatement(statement, recordId, terms.policy);
        _pay(requestId, terms, statement, record.proofId, record.attesterId);
    }

    /// @inheritdoc IInferenceEscrow
    function claimInBatch(
        bytes32 requestId,
        Terms calldata terms,
        bytes32[] calldata blobIds,
        BatchedProof calldata batched
    ) external {
        Statement calldata statement = batched.proof.statement;
        _requireAnswer(requestId, terms, blobIds, statement);
        (bytes32 proofId, ) = proofs.requireVerifiedInBatch(batched, terms.policy);
        _pay(requestId, terms, statement, proofId, batched.proof.evidence.attesterId);
    }

    /// @inheritdoc IInferenceEscrow
    function refund(bytes32 requestId, Terms calldata terms) external {
        Request storage asked = _requireTerms(requestId, terms);
        if (block.timestamp <= terms.deadline) revert InferenceEscrowNotEnded(terms.deadline, block.timestamp);
        uint256 amount = asked.remaining;
        if (amount == 0) revert InferenceEscrowNothingOwed();

        asked.remaining = 0;
        owed[asked.client] += amount;
        emit InferenceRefunded(requestId, asked.client, amount);
    }

    /// @inheritdoc IInferenceEscrow
    function withdraw() external {
        uint256 amount = owed[msg.sender];
        if (amount == 0) revert InferenceEscrowNothingOwed();
        // Before the call, in which the receiver may come back.
        owed[msg.sender] = 0;
        Address.sendValue(payable(msg.sender), amount);
    }

    /// @inheritdoc IInferenceEscrow
    function requestOf(bytes32 requestId) external view returns (Request memory request_) {
        request_ = _requests[requestId];
    }

    /// @inheritdoc IInferenceEscrow
    function requestIdOf(uint256 nonce) public view returns (bytes32 requestId) {
        requestId = keccak256(abi.encode(block.chainid, address(this), nonce));
    }

    /// @inheritdoc IERC165
    function supportsInterface(bytes4 interfaceId) public view override returns (bool) {
        return interfaceId == type(IInferenceEscrow).interfaceId || super.supportsInterface(interfaceId);
    }

    /// @dev The proof holds. An attester that is named twice is paid once all the same.
    function _pay(
        bytes32 requestId,
        Terms calldata terms,
        Statement calldata statement,
        bytes32 proofId,
        bytes32 attesterId
    ) private {
        // By what was verified, never by what the caller says about it.
        _spent.spend(terms.policy.verifier, attesterId, requestId);
        // The lens found it among them.
        uint256 place = 0;
        while (terms.policy.attesterIds[place] != attesterId) ++place;
        address payee = terms.payees[place];
        _requests[requestId].remaining -= terms.price;
        owed[payee] += terms.price;
        emit InferencePaid(requestId, proofId, payee, statement.outputHash);
    }

    /// @dev All but the proof itself: the question is the request's, in time, and about a model that is there.
    function _requireAnswer(
        bytes32 requestId,
        Terms calldata terms,
        bytes32[] calldata blobIds,
        Statement calldata statement
    ) private view {
        _requireTerms(requestId, terms);
        _requireOpen(terms);
        if (
            statement.requestId != requestId ||
            statement.modelId != terms.modelId ||
            statement.modelVersion != terms.modelVersion ||
            statement.inputHash != terms.inputHash
        ) {
            revert InferenceEscrowOtherQuestion(requestId, statement);
        }
        IModelRegistry.ReleaseRecord memory release = availability.requireAvailable(
            terms.modelId,
            terms.modelVersion,
            blobIds,
            terms.availability
        );
        bytes32 manifestHash = release.manifest.contentHash;
        bool revoked = release.status == IModelRegistry.Status.Revoked;
        if (revoked || manifestHash != terms.policy.manifestHash) {
            revert InferenceEscrowModelRefused(requestId, manifestHash, revoked);
        }
    }

    function _requireOpen(Terms calldata terms) private view {
        if (block.timestamp > terms.deadline) revert InferenceEscrowEnded(terms.deadline, block.timestamp);
    }

    function _requireTerms(bytes32 requestId, Terms calldata terms) private view returns (Request storage asked) {
        asked = _requests[requestId];
        bytes32 termsHash = keccak256(abi.encode(terms));
        if (asked.termsHash != termsHash) revert InferenceEscrowOtherTerms(requestId, termsHash, asked.termsHash);
    }
}
