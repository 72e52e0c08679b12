// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IAuthority} from "@openzeppelin/contracts/access/manager/IAuthority.sol";

/// @title An authority that lets its deployer alone, everywhere
/// @notice The published access manager plays in the TypeScript tests; compiling it into every Solidity test takes long.
contract SoleAuthority is IAuthority {
    address private immutable _deployer = msg.sender;

    /// @inheritdoc IAuthority
    function canCall(address caller, address, bytes4) external view returns (bool allowed) {
        allowed = caller == _deployer;
    }
}
