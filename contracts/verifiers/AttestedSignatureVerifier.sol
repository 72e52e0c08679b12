// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {ERC165, IERC165} from "@openzeppelin/contracts/utils/introspection/ERC165.sol";
import {IAttestedSignatureVerifier} from "../interfaces/IAttestedSignatureVerifier.sol";
import {IAttesterRegistry} from "../interfaces/IAttesterRegistry.sol";
import {IProofVerifier} from "../interfaces/IProofVerifier.sol";
import {IVersioned} from "../interfaces/IVersioned.sol";
import {IWithdrawalVerifier} from "../interfaces/IWithdrawalVerifier.sol";
import {Proof} from "../interfaces/Proof.sol";
import {SignerKind} from "../interfaces/SignerKind.sol";
import {Signers} from "../libraries/Signers.sol";

/// @title AttestedSignatureVerifier
/// @notice See {IAttestedSignatureVerifier}.
contract AttestedSignatureVerifier is IAttestedSignatureVerifier, ERC165 {
    /// @inheritdoc IAttestedSignatureVerifier
    IAttesterRegistry public immutable attesters;

    /// @inheritdoc IAttestedSignatureVerifier
    uint64 public immutable maxDelay;

    /// @param attesters_ The registry to ask about attesters.
    /// @param maxDelay_ The longest distance between production and anchor time, in seconds.
    constructor(IAttesterRegistry attesters_, uint64 maxDelay_) {
        attesters = attesters_;
        maxDelay = maxDelay_;
    }

    /// @inheritdoc IProofVerifier
    function verify(
        bytes32 digest,
        Proof calldata proof,
        uint64 anchoredAt,
        bytes calldata seal
    ) external view returns (bytes4 magic) {
        uint64 producedAt = proof.statement.producedAt;
        if (producedAt > anchoredAt) revert AttestedSignatureVerifierProducedLater(producedAt, anchoredAt);
        if (anchoredAt - producedAt > maxDelay) {
            revert AttestedSignatureVerifierTooLate(producedAt, anchoredAt, maxDelay);
        }
        _requireSigned(proof.evidence.attesterId, digest, producedAt, anchoredAt, seal);
        magic = IProofVerifier.verify.selector;
    }

    /// @inheritdoc IWithdrawalVerifier
    function verifyWithdrawal(
        bytes32 digest,
        Proof calldata proof,
        bytes calldata seal
    ) external view returns (bytes4 magic) {
        uint64 now_ = uint64(block.timestamp);
        _requireSigned(proof.evidence.attesterId, digest, now_, now_, seal);
        magic = IWithdrawalVerifier.verifyWithdrawal.selector;
    }

    /// @inheritdoc IProofVerifier
    function proofSystem() external pure returns (string memory) {
        return "attested-signature";
    }

    /// @inheritdoc IVersioned
    function version() external pure returns (string memory) {
        return "1.0.0";
    }

    /// @inheritdoc IERC165
    function supportsInterface(bytes4 interfaceId) public view override(ERC165, IERC165) returns (bool) {
        return
            interfaceId == type(IProofVerifier).interfaceId ||
            interfaceId == type(IWithdrawalVerifier).interfaceId ||
            interfaceId == type(IAttestedSignatureVerifier).interfaceId ||
            interfaceId == type(IVersioned).interfaceId ||
            super.supportsInterface(interfaceId);
    }

    /// @dev An account's key is judged by its key alone, even if code was put at its address (EIP-7702), so that what
    /// was valid once can be checked again at any time. The attester's id commits to its signer, so the hash of the
    /// recovered account tells whether it signed, and no signer of another kind has the hash of 20 bytes.
    function _requireSigned(
        bytes32 attesterId,
        bytes32 digest,
        uint64 from,
        uint64 to,
        bytes calldata seal
    ) private view {
        (address recovered, ECDSA.RecoverError failure, ) = ECDSA.tryRecoverCalldata(digest, seal);
        if (failure == ECDSA.RecoverError.NoError && keccak256(abi.encodePacked(recovered)) == attesterId) {
            (uint64 begin, uint64 end) = attesters.interval(attesterId);
            return _requireValid(attesterId, from, to, begin, end);
        }
        (bytes memory signer, SignerKind kind, uint64 validFrom, uint64 validUntil) = attesters.validity(attesterId);
        if (kind == SignerKind.Account) {
            revert AttestedSignatureVerifierInvalidSignature(attesterId, recovered, digest);
        }
        _requireValid(attesterId, from, to, validFrom, validUntil);
        // A wallet says now what it would have said then. Once it is revoked, say because it was stolen, nobody should ask.
        if (kind == SignerKind.Wallet && block.timestamp >= validUntil) {
            revert AttestedSignatureVerifierWalletEnded(attesterId, validUntil);
        }
        if (!Signers.isAnswered(signer, kind, digest, seal)) {
            revert AttestedSignatureVerifierSignerRefused(attesterId, address(bytes20(signer)), digest);
        }
    }

    function _requireValid(
        bytes32 attesterId,
        uint64 from,
        uint64 to,
        uint64 validFrom,
        uint64 validUntil
    ) private pure {
        if (from < validFrom || to >= validUntil) {
            revert AttestedSignatureVerifierAttesterNotValid(attesterId, from, to, validFrom, validUntil);
        }
    }
}
