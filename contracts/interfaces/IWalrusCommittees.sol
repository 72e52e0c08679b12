// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.24;

import {IVersioned} from "./IVersioned.sol";

/// @notice The storage committee of each Walrus epoch, by the source that brought it. No admin: a source is whoever imports, a
/// timelocked multisig, a light client's reader, anybody; and a committee of one source says nothing about another's.
/// Consumers choose whom they believe.
///
/// What a source is trusted with: that members, weights and times are Walrus's, and that every key came with a proof of
/// possession, as Walrus demands before it admits one. Without that, a member could choose its key so that it signs for others.
///
/// A committee lies in the code of an account of its own (a table), whose address follows from this contract, the source
/// and the epoch. Who verifies reads it there, without a call to this contract. After a zero byte it holds, without padding:
/// start (8 bytes), duration (4), shards (2), members (1), minus the sum of all keys (96; all zero if the sum is the
/// point at infinity), and for each member its key (96) and weight (2).
interface IWalrusCommittees is IVersioned {
    /// @notice A committee as it stands on Sui, its members in the same order (by node id), for which a bitmap counts them.
    /// @param epoch The Walrus epoch.
    /// @param startsAt When the epoch began, in Unix seconds.
    /// @param duration How long an epoch lasts, in seconds; two weeks on mainnet.
    /// @param nShards How many shards there are.
    /// @param weights How many shards each member holds.
    /// @param publicKeys Each member's BLS12-381 key in G1, 96 bytes uncompressed: x, y, 48 bytes each, big-endian. Two members may
    /// have the same key, as on Sui.
    struct Committee {
        uint32 epoch;
        uint64 startsAt;
        uint32 duration;
        uint16 nShards;
        uint16[] weights;
        bytes publicKeys;
    }

    /// @notice A source brought a committee. All that it consists of lies in the table.
    /// @param source Who brought it.
    /// @param epoch The Walrus epoch.
    /// @param startsAt When the epoch began, in Unix seconds.
    /// @param duration How long an epoch lasts, in seconds.
    /// @param nShards How many shards there are.
    /// @param members How many members.
    /// @param table The account whose code holds the committee.
    event CommitteeImported(
        address indexed source,
        uint32 indexed epoch,
        uint64 startsAt,
        uint32 duration,
        uint16 nShards,
        uint256 members,
        address table
    );

    /// @notice A source's epochs rise by one after its first.
    /// @param source Who imports.
    /// @param epoch The epoch as given.
    /// @param expected The only one allowed.
    error WalrusCommitteesOtherEpoch(address source, uint32 epoch, uint256 expected);

    /// @notice An epoch begins after the one before and not in the future, and it lasts.
    /// @param startsAt Its beginning as given.
    /// @param duration Its length as given.
    /// @param earliest The earliest beginning allowed.
    /// @param blockTime Time of the block.
    error WalrusCommitteesInvalidTime(uint64 startsAt, uint32 duration, uint64 earliest, uint64 blockTime);

    /// @notice There is no member, there are too many, or not 96 bytes of keys for each.
    /// @param members How many weights were given.
    /// @param keyBytes How many bytes of keys.
    error WalrusCommitteesInvalidLength(uint256 members, uint256 keyBytes);

    /// @notice A member holds no shard.
    /// @param member Its place.
    error WalrusCommitteesZeroWeight(uint256 member);

    /// @notice The weights do not add up.
    /// @param sum Their sum.
    /// @param nShards What it should be.
    error WalrusCommitteesOtherSum(uint256 sum, uint16 nShards);

    /// @notice A key is the point at infinity, or a coordinate is not below the field's prime.
    /// @param member Whose.
    /// @param key The key as given.
    error WalrusCommitteesInvalidKey(uint256 member, bytes key);

    /// @notice At least one key is no point of the curve's subgroup: check them off chain to find which.
    error WalrusCommitteesKeyOutsideGroup();

    /// @notice Less gas is left than checking the keys may need.
    /// @param gasLeft What is left.
    error WalrusCommitteesGasShort(uint256 gasLeft);

    /// @notice This chain lacks a precompile of EIP-2537.
    error WalrusCommitteesUnsupported();

    /// @notice The source has brought no committee of this epoch.
    /// @param source Whose.
    /// @param epoch The epoch.
    error WalrusCommitteesUnknownCommittee(address source, uint32 epoch);

    /// @notice Brings the committee of an epoch, for good. The sender is its source.
    /// @param committee The committee.
    /// @return table The account whose code holds it.
    function importCommittee(Committee calldata committee) external returns (address table);

    /// @notice A committee as it was brought; reverts if there is none.
    /// @param source Who brought it.
    /// @param epoch The Walrus epoch.
    /// @return committee The committee.
    function committeeOf(address source, uint32 epoch) external view returns (Committee memory committee);

    /// @notice Where a committee lies, or will lie.
    /// @param source Who brings it.
    /// @param epoch The Walrus epoch.
    /// @return table An account, without code as long as there is no committee.
    function tableOf(address source, uint32 epoch) external view returns (address table);

    /// @notice The newest committee of a source.
    /// @param source Whose.
    /// @return epoch Its epoch.
    /// @return startsAt When that epoch began, in Unix seconds; 0 if the source has brought none.
    function latest(address source) external view returns (uint32 epoch, uint64 startsAt);
}
