// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title The cheatcodes that these tests use, of those that Hardhat's Solidity test runner offers
interface Vm {
    /// @notice Gas of a call: its limit, what it used, and what it gets back.
    struct Gas {
        uint64 gasLimit;
        uint64 gasTotalUsed;
        uint64 gasMemoryUsed;
        int64 gasRefunded;
        uint64 gasRemaining;
    }

    function addr(uint256 privateKey) external pure returns (address account);

    function assume(bool condition) external pure;

    function cool(address target) external;

    function expectPartialRevert(bytes4 selector) external;

    function expectRevert(bytes calldata reason) external;

    function lastCallGas() external view returns (Gas memory gas);

    function prank(address sender) external;

    function sign(uint256 privateKey, bytes32 digest) external pure returns (uint8 v, bytes32 r, bytes32 s);

    function warp(uint256 time) external;
}

/// @dev Where the runner listens.
Vm constant vm = Vm(address(uint160(uint256(keccak256("hevm cheat code")))));

/// @notice Maps any number into a range, both ends included.
function bound(uint256 value, uint256 least, uint256 most) pure returns (uint256) {
    return least + (value % (most - least + 1));
}
