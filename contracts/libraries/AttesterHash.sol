// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title EIP-712 struct hashes of what attesters sign about themselves
library AttesterHash {
    bytes32 internal constant LIFE_TYPE = keccak256("Life(bytes32 attesterId,uint64 blockNumber,bytes32 blockHash)");
    bytes32 internal constant SUCCESSION_TYPE = keccak256("Succession(bytes32 attesterId,bytes32 successorId)");

    /// @notice Hash of `Life`.
    function ofLife(bytes32 attesterId, uint64 blockNumber, bytes32 blockHash) internal pure returns (bytes32) {
        return keccak256(abi.encode(LIFE_TYPE, attesterId, blockNumber, blockHash));
    }

    /// @notice Hash of `Succession`.
    function ofSuccession(bytes32 attesterId, bytes32 successorId) internal pure returns (bytes32) {
        return keccak256(abi.encode(SUCCESSION_TYPE, attesterId, successorId));
    }
}
