// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.24;

import {BlobRef} from "./BlobRef.sol";
import {IVersioned} from "./IVersioned.sol";

/// @notice Which keys may attest, with which measurement, from when to when. Who decides is the access manager that the
/// contract was deployed with; a verifier names the registry that it asks.
interface IAttesterRegistry is IVersioned {
    /// @notice A key to be admitted.
    /// @param signer ERC-7913 signer, 20-1024 bytes: an account's address, or a verifier's address and a key.
    /// @param measurement What the key is bound to, such as the measurement of an enclave; zero for none.
    /// @param kind What kind of attester it is: 1-31 characters of `[a-z0-9._-]` that begin with a letter, and not
    /// `latest`.
    /// @param document The attestation document; all zero for none.
    /// @param endpoint Where the attester is reached, at most 256 bytes; empty for none. Not to be trusted.
    /// @param validFrom From when it may attest, in Unix seconds, never before its block; 0 for the time of the block.
    /// @param validUntil Until when it may attest, in Unix seconds, exclusive.
    struct AttesterInput {
        bytes signer;
        bytes32 measurement;
        string kind;
        BlobRef document;
        string endpoint;
        uint64 validFrom;
        uint64 validUntil;
    }

    /// @notice An attester as it stands.
    /// @param signer ERC-7913 signer.
    /// @param measurement What the key is bound to.
    /// @param kind What kind of attester it is.
    /// @param document The attestation document.
    /// @param endpoint Where the attester is reached.
    /// @param validFrom From when it may attest, in Unix seconds.
    /// @param validUntil Until when it was to attest, in Unix seconds, exclusive; as admitted, whatever was revoked.
    /// @param addedAt Time of the block that admitted it, in Unix seconds.
    /// @param revoked Whether it was revoked.
    /// @param revokedAt From when on it is no longer believed, in Unix seconds; 0 if it was not revoked.
    struct AttesterRecord {
        bytes signer;
        bytes32 measurement;
        string kind;
        BlobRef document;
        string endpoint;
        uint64 validFrom;
        uint64 validUntil;
        uint64 addedAt;
        bool revoked;
        uint64 revokedAt;
    }

    /// @notice A key was admitted.
    /// @param attesterId The attester.
    /// @param attester What was admitted; `validFrom` is the time that counts, never 0.
    event AttesterAdded(bytes32 indexed attesterId, AttesterInput attester);

    /// @notice A key was revoked, perhaps for a time that is past.
    /// @param attesterId The attester.
    /// @param revokedAt From when on it is no longer believed, in Unix seconds.
    /// @param reason Why, for people.
    event AttesterRevoked(bytes32 indexed attesterId, uint64 revokedAt, string reason);

    /// @notice The signer is too short or too long for ERC-7913, or the zero address.
    /// @param signer What was given.
    error AttesterRegistryInvalidSigner(bytes signer);

    /// @notice The kind breaks its grammar.
    /// @param kind What was given.
    error AttesterRegistryInvalidKind(string kind);

    /// @notice The endpoint or reason is longer than 256 bytes.
    /// @param length Its length.
    error AttesterRegistryTextTooLong(uint256 length);

    /// @notice The document's reference is neither complete nor all zero.
    /// @param document The reference as given.
    error AttesterRegistryIncompleteDocument(BlobRef document);

    /// @notice The validity begins in the past, or ends before it begins.
    /// @param validFrom Its beginning as given.
    /// @param validUntil Its end as given.
    /// @param blockTime Time of the block.
    error AttesterRegistryInvalidInterval(uint64 validFrom, uint64 validUntil, uint64 blockTime);

    /// @notice The key was admitted before.
    /// @param attesterId The attester.
    error AttesterRegistryAlreadyAdded(bytes32 attesterId);

    /// @notice No such attester.
    /// @param attesterId What was asked for.
    error AttesterRegistryUnknownAttester(bytes32 attesterId);

    /// @notice A revocation is never for the future, and never later than an earlier one.
    /// @param attesterId The attester.
    /// @param revokedAt The time as given.
    /// @param latest The latest time allowed.
    error AttesterRegistryRevocationTooLate(bytes32 attesterId, uint64 revokedAt, uint64 latest);

    /// @notice Admits a key. Only for those whom the access manager lets.
    /// @param attester What to admit.
    /// @return attesterId `keccak256(signer)`.
    function add(AttesterInput calldata attester) external returns (bytes32 attesterId);

    /// @notice Revokes a key from a time on. Only for those whom the access manager lets. Again, and for an earlier time,
    /// if more comes to light.
    /// @param attesterId The attester.
    /// @param revokedAt From when on it is no longer believed, in Unix seconds; not after the block.
    /// @param reason Why, for people: at most 256 bytes, kept in the event only.
    function revoke(bytes32 attesterId, uint64 revokedAt, string calldata reason) external;

    /// @notice All that a verifier needs to know of an attester; reverts if there is none.
    /// @param attesterId The attester.
    /// @return signer ERC-7913 signer.
    /// @return validFrom From when it may attest, in Unix seconds.
    /// @return validUntil Until when, exclusive, revocation already applied; not after `validFrom` if never.
    function validity(
        bytes32 attesterId
    ) external view returns (bytes memory signer, uint64 validFrom, uint64 validUntil);

    /// @notice From when to when an attester may attest; reverts if there is none.
    /// @dev For verifiers that recover the signer from the seal: `attesterId` commits to it, so it need not be read.
    /// @param attesterId The attester.
    /// @return validFrom From when it may attest, in Unix seconds.
    /// @return validUntil Until when, exclusive, revocation already applied; not after `validFrom` if never.
    function intervalOf(bytes32 attesterId) external view returns (uint64 validFrom, uint64 validUntil);

    /// @notice Whether an attester might attest at a time, as known today.
    /// @param attesterId The attester.
    /// @param time The time in Unix seconds.
    /// @return valid True if it might; false for an unknown attester too.
    function wasValid(bytes32 attesterId, uint64 time) external view returns (bool valid);

    /// @notice An attester as it stands; reverts if there is none.
    /// @param attesterId The attester.
    /// @return record The attester.
    function attesterOf(bytes32 attesterId) external view returns (AttesterRecord memory record);

    /// @notice How many attesters were admitted, the revoked and expired ones included.
    /// @return count Their number.
    function attesterCount() external view returns (uint256 count);

    /// @notice A page of all attesters, in the order of admission.
    /// @param offset How many to skip.
    /// @param limit How many to return; more than 500 count as 500.
    /// @return attesterIds The page; shorter or empty at the end.
    function attesters(uint256 offset, uint256 limit) external view returns (bytes32[] memory attesterIds);
}
