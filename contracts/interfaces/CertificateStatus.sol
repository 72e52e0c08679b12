// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.24;

/// @notice What a certificate was found to be. Numbers never change their meaning; later versions may add some.
/// - `GasShort` (0): not judged, since less gas was left than a precompile may need. Says nothing about the certificate.
/// - `Valid` (1): the committee's quorum signed the message.
/// - `Unsupported` (2): not judged, since this chain lacks a precompile of EIP-2537 or asks far more gas for it.
/// - `MalformedMessage` (3): none of the three messages that a committee signs; for many, not a confirmation.
/// - `NotAscending` (4): of many messages, one's Blob ID is not above the one before, or there is no message at all.
/// - `OtherEpoch` (5): of many messages, one is of another epoch than the first.
/// - `UnknownCommittee` (6): the source has not brought the committee of the message's epoch.
/// - `Expired` (7): a whole epoch has passed since the message's epoch should have ended.
/// - `InvalidBitmap` (8): longer than the committee needs, or names a signer past its last member.
/// - `BelowQuorum` (9): the signers' weight is too small for this message.
/// - `MalformedSignature` (10): shorter than a signature, or a coordinate of it is not below the field's prime.
/// - `IdentityKey` (11): the signers' keys add up to the point at infinity, under which anything would be signed.
/// - `SignatureOutsideGroup` (12): the signature is no point of the curve's subgroup.
/// - `WrongSignature` (13): a signature, but not of these signers under this message.
enum CertificateStatus {
    GasShort,
    Valid,
    Unsupported,
    MalformedMessage,
    NotAscending,
    OtherEpoch,
    UnknownCommittee,
    Expired,
    InvalidBitmap,
    BelowQuorum,
    MalformedSignature,
    IdentityKey,
    SignatureOutsideGroup,
    WrongSignature
}
