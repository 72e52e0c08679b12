// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {IAttesterLife} from "../interfaces/IAttesterLife.sol";
import {AttesterHash} from "../libraries/AttesterHash.sol";

/// @title The part of AttesterRegistry that keeps when attesters were last seen alive
/// @notice See {IAttesterLife}.
abstract contract AttesterLife is IAttesterLife, EIP712 {
    struct Sighting {
        uint64 blockNumber;
        uint64 time;
    }

    mapping(bytes32 attesterId => Sighting) private _lastSeen;

    /// @inheritdoc IAttesterLife
    function proveLife(bytes32 attesterId, uint64 blockNumber, bytes calldata seal) external {
        uint64 seenAfter = _lastSeen[attesterId].blockNumber;
        if (blockNumber <= seenAfter) revert AttesterRegistrySeenSince(attesterId, blockNumber, seenAfter);
        // Of this block, of later ones and of those too long past the chain says zero.
        bytes32 blockHash = blockhash(blockNumber);
        if (blockHash == 0) revert AttesterRegistryBlockNotRecent(blockNumber, uint64(block.number));
        _requireAlive(attesterId, lifeDigestOf(attesterId, blockNumber, blockHash), seal);

        uint64 time = uint64(block.timestamp);
        _lastSeen[attesterId] = Sighting({blockNumber: blockNumber, time: time});
        emit AttesterSeen(attesterId, blockNumber, time, seal);
    }

    /// @inheritdoc IAttesterLife
    function lifeDigestOf(
        bytes32 attesterId,
        uint64 blockNumber,
        bytes32 blockHash
    ) public view returns (bytes32 digest) {
        digest = _hashTypedDataV4(AttesterHash.ofLife(attesterId, blockNumber, blockHash));
    }

    /// @inheritdoc IAttesterLife
    function lastSeen(bytes32 attesterId) external view returns (uint64 blockNumber, uint64 time) {
        Sighting memory sighting = _lastSeen[attesterId];
        (blockNumber, time) = (sighting.blockNumber, sighting.time);
    }

    /// @dev Reverts unless the attester is valid now and signed the digest.
    function _requireAlive(bytes32 attesterId, bytes32 digest, bytes calldata seal) internal view virtual;
}
