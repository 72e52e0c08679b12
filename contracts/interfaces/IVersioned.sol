// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.24;

import {IERC165} from "@openzeppelin/contracts/utils/introspection/IERC165.sol";

/// @notice What every Scrimshaw contract answers, beside ERC-165 for each of its own interfaces.
interface IVersioned is IERC165 {
    /// @notice The version of the contract's code, as in semantic versioning.
    /// @return The version, for example `1.0.0`.
    function version() external pure returns (string memory);
}
