// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IERC7913SignatureVerifier} from "@openzeppelin/contracts/interfaces/IERC7913.sol";
import {ERC165, IERC165} from "@openzeppelin/contracts/utils/introspection/ERC165.sol";
import {IRsaPssVerifier} from "../interfaces/IRsaPssVerifier.sol";
import {IVersioned} from "../interfaces/IVersioned.sol";
import {RsaPss} from "../libraries/RsaPss.sol";

/// @title RsaPssVerifier
/// @notice See {IRsaPssVerifier}.
contract RsaPssVerifier is IRsaPssVerifier, ERC165 {
    uint256 private constant EXPONENT_LENGTH_AT = 64;
    uint256 private constant EXPONENT_AT = 96;
    uint256 private constant MODULUS_AT = 160;

    /// @inheritdoc IERC7913SignatureVerifier
    function verify(bytes calldata key, bytes32 hash, bytes calldata signature) external view returns (bytes4 magic) {
        bool valid = _isValid(key, hash, signature);
        magic = valid ? IERC7913SignatureVerifier.verify.selector : bytes4(0xffffffff);
    }

    /// @inheritdoc IVersioned
    function version() external pure returns (string memory) {
        return "1.0.0";
    }

    /// @inheritdoc IERC165
    function supportsInterface(bytes4 interfaceId) public view override(ERC165, IERC165) returns (bool) {
        return
            interfaceId == type(IERC7913SignatureVerifier).interfaceId ||
            interfaceId == type(IVersioned).interfaceId ||
            super.supportsInterface(interfaceId);
    }

    /// @dev Words of a key: where `e` and `n` stand, the length of `e`, `e`, the length of `n`, then `n`, which is as long as the
    /// signature. What was read from it must encode to the same bytes again, so that every key has one encoding.
    function _isValid(bytes calldata key, bytes32 hash, bytes calldata signature) private view returns (bool) {
        if (key.length < MODULUS_AT + signature.length) return false;
        uint256 exponentLength = uint256(bytes32(key[EXPONENT_LENGTH_AT:]));
        if (exponentLength > 32) return false;
        bytes calldata e = key[EXPONENT_AT:EXPONENT_AT + exponentLength];
        bytes calldata n = key[MODULUS_AT:MODULUS_AT + signature.length];
        if (keccak256(key) != keccak256(abi.encode(e, n))) return false;
        return RsaPss.verify(sha256(abi.encodePacked(hash)), signature, e, n);
    }
}
