// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IERC1271} from "@openzeppelin/contracts/interfaces/IERC1271.sol";
import {IERC7913SignatureVerifier} from "@openzeppelin/contracts/interfaces/IERC7913.sol";
import {Bytes} from "@openzeppelin/contracts/utils/Bytes.sol";
import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {SignerKind} from "../interfaces/SignerKind.sol";
import {BoundedCall} from "./BoundedCall.sol";

/// @title ERC-7913 signers
library Signers {
    uint256 internal constant ADDRESS_LENGTH = 20;

    /// @dev What the code of an account with a delegation begins with, and its length (EIP-7702).
    bytes3 private constant DELEGATION = 0xef0100;
    uint256 private constant DELEGATION_LENGTH = 23;

    /// @notice How a signer's word is to be judged, by what stands at its address now. No contract's code begins like a delegation
    /// (EIP-3541), and no account has other code than that.
    /// @param signer At least 20 bytes.
    function kindOf(bytes calldata signer) internal view returns (SignerKind kind) {
        if (signer.length > ADDRESS_LENGTH) return SignerKind.Key;
        address account = address(bytes20(signer));
        uint256 size = account.code.length;
        bool delegated = size == DELEGATION_LENGTH && bytes3(account.code) == DELEGATION;
        kind = size == 0 || delegated ? SignerKind.Account : SignerKind.Wallet;
    }

    /// @notice Whether a signer signed a digest.
    function isSigned(
        bytes memory signer,
        SignerKind kind,
        bytes32 digest,
        bytes calldata signature
    ) internal view returns (bool signed) {
        if (kind != SignerKind.Account) return isAnswered(signer, kind, digest, signature);
        (address recovered, ECDSA.RecoverError failure, ) = ECDSA.tryRecoverCalldata(digest, signature);
        signed = failure == ECDSA.RecoverError.NoError && recovered == address(bytes20(signer));
    }

    /// @notice Whether the contract of a `Wallet` or `Key` stands up for a signature.
    function isAnswered(
        bytes memory signer,
        SignerKind kind,
        bytes32 digest,
        bytes calldata signature
    ) internal view returns (bool answered) {
        bytes4 magic;
        bytes memory data;
        if (kind == SignerKind.Wallet) {
            magic = IERC1271.isValidSignature.selector;
            data = abi.encodeCall(IERC1271.isValidSignature, (digest, signature));
        } else {
            magic = IERC7913SignatureVerifier.verify.selector;
            bytes memory key = Bytes.slice(signer, ADDRESS_LENGTH);
            data = abi.encodeCall(IERC7913SignatureVerifier.verify, (key, digest, signature));
        }
        answered = BoundedCall.isAnswered(address(bytes20(signer)), magic, data);
    }
}
