// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IERC1271} from "@openzeppelin/contracts/interfaces/IERC1271.sol";
import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";

/// @title A wallet that holds what its one key signed for its own, and calls what it is told to
contract SmartWallet is IERC1271 {
    address private immutable _key;

    constructor(address key) {
        _key = key;
    }

    function execute(address target, bytes calldata data) external {
        (bool success, bytes memory answer) = target.call(data);
        require(success, string(answer));
    }

    /// @inheritdoc IERC1271
    function isValidSignature(bytes32 hash, bytes calldata signature) external view returns (bytes4 magic) {
        (address recovered, ECDSA.RecoverError failure, ) = ECDSA.tryRecoverCalldata(hash, signature);
        bool signed = failure == ECDSA.RecoverError.NoError && recovered == _key;
        magic = signed ? IERC1271.isValidSignature.selector : bytes4(0xffffffff);
    }
}
