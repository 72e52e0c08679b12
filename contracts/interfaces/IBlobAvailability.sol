// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.24;

import {CertificateStatus} from "./CertificateStatus.sol";
import {IVersioned} from "./IVersioned.sol";
import {IWalrusCommittees} from "./IWalrusCommittees.sol";

/// @notice Which blobs a Walrus committee has certified, and when last; by the source of the committee. No admin.
///
/// What a certificate proves: a quorum of the committee (two thirds of all shards and one more) said that it held the blob at
/// some time in the certificate's epoch. What it does not prove: how long the blob is paid for, that nobody may delete it,
/// or that it is there tomorrow.
///
/// A certificate does not say when in its epoch it was signed, and may be presented late. So the time that counts is the
/// epoch's beginning, as the source stated it: nothing later is proven. Presenting a certificate again changes nothing.
///
/// Messages, as storage nodes sign them (`LE` little-endian): a confirmation is `01 00 03 | epoch 4 LE | blob id 32 | 00` for a
/// permanent blob, 40 bytes, or `... | 01 | Sui object id 32` for a deletable one, 72 bytes; that an ID is invalid (nobody
/// can ever decode such a blob) is `02 00 03 | epoch 4 LE | blob id 32`, 39 bytes, and needs a third of all shards.
///
/// A certificate is a signature followed by a bitmap. The signature is the sum of the signers' in BLS12-381's G2, 192 bytes
/// uncompressed: x.c1, x.c0, y.c1, y.c0, 48 bytes each, big-endian, below the field's prime, so that the three flag bits are zero. The
/// bitmap says which members signed: bit i of the committee is bit `i % 8` of byte `i / 8`, least significant first. Bytes at
/// its end that are zero may be left out; bits past the last member must be zero.
///
/// Many messages under one signature. Let `apk` be the sum of the signers' keys. The signature is valid if
/// `e(g1, signature) = e(apk, H(m1) + ... + H(mk))`, which is the check of Boneh, Gentry, Lynn and Shacham for aggregates,
/// with all keys equal. The messages are distinct, which is what their proof asks: each `H(mi)` is a random point of its own,
/// so who lacks one honest signer's signature under one `mi` cannot make up for it by choosing the others. The signers'
/// keys come with proofs of possession, so none of them can cancel another's.
interface IBlobAvailability is IVersioned {
    /// @notice A committee certified a blob, in a newer epoch than any before.
    /// @param source Source of the committee.
    /// @param blobId The blob.
    /// @param epoch The certificate's epoch; when it began is in the source's `CommitteeImported`.
    event BlobCertified(address indexed source, bytes32 indexed blobId, uint32 epoch);

    /// @notice A committee said that a Blob ID is invalid. From now on it counts as never certified.
    /// @param source Source of the committee.
    /// @param blobId The Blob ID.
    /// @param epoch The certificate's epoch.
    event BlobInvalidated(address indexed source, bytes32 indexed blobId, uint32 epoch);

    /// @notice The certificate is not valid.
    /// @param status What it was found to be.
    /// @param source Source of the committee.
    /// @param epoch The message's epoch; 0 if it has none.
    /// @param blobId The message's blob; 0 if it has none. Of many, the last one looked at.
    /// @param weight How many shards the signers hold; 0 if that was not asked.
    error BlobAvailabilityRefused(
        CertificateStatus status,
        address source,
        uint32 epoch,
        bytes32 blobId,
        uint256 weight
    );

    /// @notice The certificate is valid, but says the other thing: a confirmation where an invalid ID was expected, or the reverse.
    /// @param source Source of the committee.
    /// @param blobId The blob.
    error BlobAvailabilityOtherMessage(address source, bytes32 blobId);

    /// @notice A committee said that this Blob ID is invalid, which no later certificate takes back.
    /// @param source Source of the committee.
    /// @param blobId The Blob ID.
    error BlobAvailabilityInvalidBlob(address source, bytes32 blobId);

    /// @notice What a certificate is. Does not revert, whatever the arguments, with 500,000 gas or more; with less it may say
    /// `GasShort` or run out of gas, and nothing else that is not so.
    /// @param source Source of the committee.
    /// @param message What was signed.
    /// @param certificate Signature and bitmap.
    /// @return status `Valid` or why not.
    function checkCertificate(
        address source,
        bytes calldata message,
        bytes calldata certificate
    ) external view returns (CertificateStatus status);

    /// @notice What a certificate of many confirmations is. Does not revert, whatever the arguments, with 500,000 gas and 100,000
    /// for each message.
    /// @param source Source of the committee.
    /// @param messages Confirmations of one epoch, with strictly ascending Blob IDs.
    /// @param certificate Signature, the sum of those under each message, and bitmap.
    /// @return status `Valid` or why not.
    function checkCertificates(
        address source,
        bytes[] calldata messages,
        bytes calldata certificate
    ) external view returns (CertificateStatus status);

    /// @notice Keeps that a blob was certified. Anyone may present a certificate; one that is not newer changes nothing.
    /// @param source Source of the committee.
    /// @param message A confirmation.
    /// @param certificate Signature and bitmap.
    function certify(address source, bytes calldata message, bytes calldata certificate) external;

    /// @notice Keeps that many blobs were certified, by one signature under all.
    /// @param source Source of the committee.
    /// @param messages Confirmations of one epoch, with strictly ascending Blob IDs.
    /// @param certificate Signature, the sum of those under each message, and bitmap.
    function certifyMany(address source, bytes[] calldata messages, bytes calldata certificate) external;

    /// @notice Keeps that a Blob ID is invalid, for good: no certificate, older or newer, counts beside it.
    /// @param source Source of the committee.
    /// @param message The message that the ID is invalid.
    /// @param certificate Signature and bitmap.
    function invalidate(address source, bytes calldata message, bytes calldata certificate) external;

    /// @notice The newest certificate of a blob.
    /// @param source Source of the committee.
    /// @param blobId The blob.
    /// @return epoch Its epoch.
    /// @return epochStart When that epoch began, in Unix seconds; 0 if there is no certificate, or if the ID is invalid.
    function lastCertified(address source, bytes32 blobId) external view returns (uint32 epoch, uint64 epochStart);

    /// @notice Whether a blob was certified in an epoch that began at most so long ago.
    /// @param source Source of the committee.
    /// @param blobId The blob.
    /// @param maxAgeSeconds The greatest age; with less than an epoch's length nothing is young enough towards its end.
    /// @return certified True if so; false for an invalid ID.
    function certifiedWithin(
        address source,
        bytes32 blobId,
        uint64 maxAgeSeconds
    ) external view returns (bool certified);

    /// @notice Whether a committee said that a Blob ID is invalid.
    /// @param source Source of the committee.
    /// @param blobId The Blob ID.
    /// @return invalid True if so.
    function isInvalid(address source, bytes32 blobId) external view returns (bool invalid);

    /// @notice Where committees are read.
    /// @return committees_ The contract.
    function committees() external view returns (IWalrusCommittees committees_);
}
