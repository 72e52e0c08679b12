// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.24;

/// @notice What every Scrimshaw contract answers.
interface IVersioned {
    /// @notice The version of the contract's code, as in semantic versioning.
    /// @return The version, for example `1.0.0`.
    function version() external pure returns (string memory);
}
