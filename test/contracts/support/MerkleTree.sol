// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title A full Merkle tree with sorted pairs, built the simplest way
library MerkleTree {
    /// @notice The root over a power of two of leaves.
    function root(bytes32[] memory leaves) internal pure returns (bytes32) {
        while (leaves.length > 1) leaves = _above(leaves);
        return leaves[0];
    }

    /// @notice The siblings of a leaf, from the bottom.
    function path(bytes32[] memory leaves, uint256 index) internal pure returns (bytes32[] memory siblings) {
        uint256 depth = 0;
        while (1 << depth < leaves.length) ++depth;
        siblings = new bytes32[](depth);
        for (uint256 level = 0; level < depth; ++level) {
            siblings[level] = leaves[index ^ 1];
            leaves = _above(leaves);
            index /= 2;
        }
    }

    function _above(bytes32[] memory nodes) private pure returns (bytes32[] memory parents) {
        parents = new bytes32[](nodes.length / 2);
        for (uint256 i = 0; i < parents.length; ++i) {
            (bytes32 a, bytes32 b) = (nodes[2 * i], nodes[2 * i + 1]);
            parents[i] = a < b ? keccak256(abi.encode(a, b)) : keccak256(abi.encode(b, a));
        }
    }
}
