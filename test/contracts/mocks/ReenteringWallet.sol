// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IERC1271} from "@openzeppelin/contracts/interfaces/IERC1271.sol";

/// @title A wallet that calls back while it is asked for its signature, and then agrees to whatever it was asked
contract ReenteringWallet {
    address private immutable _target;
    bytes private _call;

    constructor(address target) {
        _target = target;
    }

    function prepare(bytes calldata call) external {
        _call = call;
    }

    /// @dev As ERC-1271 has it, but for `view`.
    function isValidSignature(bytes32, bytes calldata) external returns (bytes4 magic) {
        (bool success, ) = _target.call(_call);
        magic = success ? bytes4(0xffffffff) : IERC1271.isValidSignature.selector;
    }
}
