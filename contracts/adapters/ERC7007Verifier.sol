// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ERC165, IERC165} from "@openzeppelin/contracts/utils/introspection/ERC165.sol";
import {IProofLens, ProofPolicy} from "../interfaces/IProofLens.sol";
import {IVersioned} from "../interfaces/IVersioned.sol";
import {Statement} from "../interfaces/Proof.sol";
import {IERC7007Verifier} from "./IERC7007Verifier.sol";
import {IPolicyAdapter} from "./IPolicyAdapter.sol";
import {PolicyAdapter} from "./PolicyAdapter.sol";

/// @title ERC7007Verifier
/// @notice See {IERC7007Verifier}.
contract ERC7007Verifier is IERC7007Verifier, PolicyAdapter, ERC165 {
    /// @dev Each of up to eight calls within each other keeps back a 64th of its gas, less than an eighth in all.
    uint256 private constant SHARE_AFTER_A_NO = 8;

    /// @param proofs_ Who judges proofs.
    /// @param policy_ What a proof must meet; its manifest is the model that the content comes from.
    constructor(IProofLens proofs_, ProofPolicy memory policy_) PolicyAdapter(proofs_, policy_) {}

    /// @inheritdoc IERC7007Verifier
    function verify(
        bytes calldata prompt,
        bytes calldata aigcData,
        bytes calldata proof
    ) external view returns (bool success) {
        uint256 given = gasleft();
        // By a call to itself, since malformed bytes make decoding revert.
        try this.requireVerified(prompt, aigcData, proof) {
            success = true;
        } catch {
            // Who chooses the gas must not choose the answer: a call further down that ran out of it leaves no more than this.
            if (gasleft() < given / SHARE_AFTER_A_NO) revert ERC7007VerifierGasShort(given);
        }
    }

    /// @inheritdoc IERC7007Verifier
    function requireVerified(
        bytes calldata prompt,
        bytes calldata aigcData,
        bytes calldata proof
    ) external view returns (bytes32 proofId) {
        (Statement memory statement, Proven memory proven) = _requireProven(proof);
        _requireHash(prompt, statement.inputHash);
        _requireHash(aigcData, statement.outputHash);
        proofId = proven.proofId;
    }

    /// @inheritdoc IERC165
    function supportsInterface(bytes4 interfaceId) public view override(ERC165, IERC165) returns (bool) {
        return
            interfaceId == type(IERC7007Verifier).interfaceId ||
            interfaceId == type(IPolicyAdapter).interfaceId ||
            interfaceId == type(IVersioned).interfaceId ||
            super.supportsInterface(interfaceId);
    }

    function _requireHash(bytes calldata content, bytes32 expected) private pure {
        bytes32 found = sha256(content);
        if (found != expected) revert ERC7007VerifierOtherContent(found, expected);
    }
}
