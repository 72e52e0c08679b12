// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IERC7913SignatureVerifier} from "@openzeppelin/contracts/interfaces/IERC7913.sol";
import {P256} from "@openzeppelin/contracts/utils/cryptography/P256.sol";
import {ERC165, IERC165} from "@openzeppelin/contracts/utils/introspection/ERC165.sol";
import {IP256Verifier} from "../interfaces/IP256Verifier.sol";
import {IVersioned} from "../interfaces/IVersioned.sol";

/// @title P256Verifier
/// @notice See {IP256Verifier}.
contract P256Verifier is IP256Verifier, ERC165 {
    uint256 private constant KEY_LENGTH = 64;
    uint256 private constant SIGNATURE_LENGTH = 64;

    /// @inheritdoc IERC7913SignatureVerifier
    function verify(bytes calldata key, bytes32 hash, bytes calldata signature) external view returns (bytes4 magic) {
        if (key.length != KEY_LENGTH || signature.length != SIGNATURE_LENGTH) return 0xffffffff;
        (bytes32 x, bytes32 y) = (bytes32(key), bytes32(key[32:]));
        (bytes32 r, bytes32 s) = (bytes32(signature), bytes32(signature[32:]));
        magic = P256.verify(hash, r, s, x, y) ? IERC7913SignatureVerifier.verify.selector : bytes4(0xffffffff);
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
}
