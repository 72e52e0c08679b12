// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ERC165, IERC165} from "@openzeppelin/contracts/utils/introspection/ERC165.sol";
import {IProofLens, ProofPolicy} from "../interfaces/IProofLens.sol";
import {IVersioned} from "../interfaces/IVersioned.sol";
import {Statement} from "../interfaces/Proof.sol";
import {IERC8004ValidationRegistry} from "./IERC8004ValidationRegistry.sol";
import {IERC8004Validator} from "./IERC8004Validator.sol";
import {IPolicyAdapter} from "./IPolicyAdapter.sol";
import {PolicyAdapter} from "./PolicyAdapter.sol";

/// @title ERC8004Validator
/// @notice See {IERC8004Validator}.
contract ERC8004Validator is IERC8004Validator, PolicyAdapter, ERC165 {
    uint8 private constant PASSED = 100;
    uint8 private constant FAILED = 0;
    string private constant TAG = "scrimshaw";

    /// @inheritdoc IERC8004Validator
    IERC8004ValidationRegistry public immutable validations;

    mapping(bytes32 requestHash => Proven) private _answers;

    /// @param validations_ The registry to answer.
    /// @param proofs_ Who judges proofs.
    /// @param policy_ What a proof must meet.
    constructor(
        IERC8004ValidationRegistry validations_,
        IProofLens proofs_,
        ProofPolicy memory policy_
    ) PolicyAdapter(proofs_, policy_) {
        validations = validations_;
    }

    /// @inheritdoc IERC8004Validator
    function respond(Question calldata question, bytes calldata proof) external returns (bytes32 proofId) {
        bytes32 requestHash = requestHashOf(question);
        (address validator, uint256 agentId, , , , ) = validations.getValidationStatus(requestHash);
        if (validator != address(this) || agentId != question.agentId) {
            revert ERC8004ValidatorNotAsked(requestHash, validator, agentId);
        }
        (Statement memory statement, Proven memory proven) = _requireProven(proof);
        if (
            statement.requestId != requestHash ||
            statement.modelId != question.modelId ||
            statement.modelVersion != question.modelVersion ||
            statement.inputHash != question.inputHash
        ) {
            revert ERC8004ValidatorOtherQuestion(requestHash, statement.requestId);
        }

        proofId = proven.proofId;
        _answers[requestHash] = proven;
        emit WorkValidated(requestHash, agentId, proofId);
        validations.validationResponse(requestHash, PASSED, "", proofId, TAG);
    }

    /// @inheritdoc IERC8004Validator
    function retract(bytes32 requestHash) external {
        Proven memory proven = _answers[requestHash];
        if (proven.proofId == 0) revert ERC8004ValidatorNotValidated(requestHash);
        if (!_isDisowned(proven)) revert ERC8004ValidatorStillVouchedFor(requestHash, proven.proofId);

        delete _answers[requestHash];
        emit ValidationRetracted(requestHash, proven.proofId);
        validations.validationResponse(requestHash, FAILED, "", proven.proofId, TAG);
    }

    /// @inheritdoc IERC8004Validator
    function requestHashOf(Question calldata question) public view returns (bytes32 requestHash) {
        requestHash = keccak256(abi.encode(block.chainid, address(this), question));
    }

    /// @inheritdoc IERC165
    function supportsInterface(bytes4 interfaceId) public view override(ERC165, IERC165) returns (bool) {
        return
            interfaceId == type(IERC8004Validator).interfaceId ||
            interfaceId == type(IPolicyAdapter).interfaceId ||
            interfaceId == type(IVersioned).interfaceId ||
            super.supportsInterface(interfaceId);
    }
}
