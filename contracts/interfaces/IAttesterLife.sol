// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.24;

/// @notice When attesters were last seen alive. An attester signs the hash of a recent block, which nobody knew before that block;
/// anyone may bring the signature. It can be brought once, and none that names an earlier block can follow.
///
/// EIP-712 type: `Life(bytes32 attesterId,uint64 blockNumber,bytes32 blockHash)`.
interface IAttesterLife {
    /// @notice An attester was alive after a block.
    /// @param attesterId The attester.
    /// @param blockNumber The block whose hash it signed.
    /// @param time Time of the block that carries the signature, in Unix seconds.
    /// @param seal Its signature.
    event AttesterSeen(bytes32 indexed attesterId, uint64 blockNumber, uint64 time, bytes seal);

    /// @notice The block is not among the 256 before this one.
    /// @param blockNumber The block as given.
    /// @param current Number of this block.
    error AttesterRegistryBlockNotRecent(uint64 blockNumber, uint64 current);

    /// @notice The attester was seen after this block or a later one already.
    /// @param attesterId The attester.
    /// @param blockNumber The block as given.
    /// @param seenAfter The latest block whose hash it signed.
    error AttesterRegistrySeenSince(bytes32 attesterId, uint64 blockNumber, uint64 seenAfter);

    /// @notice The attester is not valid at the time of this block, so its life proves nothing.
    /// @param attesterId The attester.
    /// @param validFrom From when it is.
    /// @param validUntil Until when it is, exclusive.
    error AttesterRegistryNotValid(bytes32 attesterId, uint64 validFrom, uint64 validUntil);

    /// @notice Brings an attester's signature over the hash of a recent block. Open to anyone.
    /// @param attesterId The attester.
    /// @param blockNumber The block: one of the 256 before this one, and later than the last one that was signed.
    /// @param seal The attester's signature over `lifeDigestOf` this block and its hash.
    function proveLife(bytes32 attesterId, uint64 blockNumber, bytes calldata seal) external;

    /// @notice What an attester signs to prove that it is alive.
    /// @param attesterId The attester.
    /// @param blockNumber The block.
    /// @param blockHash Its hash.
    /// @return digest EIP-712 digest under this contract's domain.
    function lifeDigestOf(
        bytes32 attesterId,
        uint64 blockNumber,
        bytes32 blockHash
    ) external view returns (bytes32 digest);

    /// @notice When an attester last proved to be alive.
    /// @dev It signed between the two: whoever needs to be sure that it lived at a time goes by the block whose hash it signed.
    /// @param attesterId The attester.
    /// @return blockNumber The block whose hash it signed; 0 if it never did.
    /// @return time Time of the block that carried its signature, in Unix seconds; 0 if it never did.
    function lastSeen(bytes32 attesterId) external view returns (uint64 blockNumber, uint64 time);
}
