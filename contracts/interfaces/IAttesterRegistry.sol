// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.24;

import {BlobRef} from "./BlobRef.sol";
import {IAttesterLife} from "./IAttesterLife.sol";
import {IAttesterMeasurements} from "./IAttesterMeasurements.sol";
import {IVersioned} from "./IVersioned.sol";
import {SignerKind} from "./SignerKind.sol";

/// @notice Which keys may attest, with which measurement, from when to when. Who decides is the access manager that the
/// contract was deployed with; a verifier names the registry that it asks. Approved measurements stand in `IAttesterMeasurements`, signs
/// of life in `IAttesterLife`.
///
/// The end of a validity only ever moves back: by revoking the key, by rotating it, by closing its measurement's approval. So what was
/// attested before the end is never touched by a later decision, unless that one is dated back on purpose.
///
/// Whoever decides under a delay of the access manager names no time that has passed when the call is carried out: `validFrom` 0 and an
/// overlap count from the block that carries it out, and times that are dated back stay as they are.
///
/// EIP-712 domain: `("Scrimshaw AttesterRegistry", "1", chainId, this contract)`, also by ERC-5267.
interface IAttesterRegistry is IAttesterMeasurements, IAttesterLife, IVersioned {
    /// @notice A key to be admitted.
    /// @param signer ERC-7913 signer, 20-1024 bytes: the address of an account or a contract wallet, or a verifier's address and a
    /// key. What has code when it is admitted is a wallet, unless the code is an account's delegation (EIP-7702).
    /// @param measurement What the key is bound to, such as the measurement of an enclave, approved at `validFrom`; zero for none.
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
    /// @param signerKind How its signatures are judged.
    /// @param measurement What the key is bound to.
    /// @param approvalId The approval of its measurement, with which its validity ends; 0 without a measurement.
    /// @param kind What kind of attester it is.
    /// @param document The attestation document, as last set.
    /// @param endpoint Where the attester is reached, as last set.
    /// @param validFrom From when it may attest, in Unix seconds.
    /// @param validUntil Until when it was to attest, in Unix seconds, exclusive: as admitted, or as a rotation ended it; whatever was
    /// revoked or closed.
    /// @param addedAt Time of the block that admitted it, in Unix seconds.
    /// @param revoked Whether it was revoked.
    /// @param revokedAt From when on it is no longer believed, in Unix seconds; 0 if it was not revoked.
    /// @param predecessor The attester whose key it replaced; zero for none.
    /// @param successor The attester that replaced it; zero for none.
    struct AttesterRecord {
        bytes signer;
        SignerKind signerKind;
        bytes32 measurement;
        uint64 approvalId;
        string kind;
        BlobRef document;
        string endpoint;
        uint64 validFrom;
        uint64 validUntil;
        uint64 addedAt;
        bool revoked;
        uint64 revokedAt;
        bytes32 predecessor;
        bytes32 successor;
    }

    /// @notice A key was admitted.
    /// @param attesterId The attester.
    /// @param attester What was admitted; `validFrom` is the time that counts, never 0.
    /// @param signerKind How its signatures are judged.
    /// @param approvalId The approval of its measurement; 0 without a measurement.
    event AttesterAdded(bytes32 indexed attesterId, AttesterInput attester, SignerKind signerKind, uint64 approvalId);

    /// @notice A key was replaced by another, admitted in the same transaction.
    /// @param attesterId The attester.
    /// @param successor The attester that replaces it.
    /// @param validUntil Until when the old one was to attest, exclusive; whatever was revoked or closed.
    /// @param possession The new key's signature over the succession; empty if none was asked for.
    event AttesterRotated(bytes32 indexed attesterId, bytes32 indexed successor, uint64 validUntil, bytes possession);

    /// @notice The attester is reached elsewhere.
    /// @param attesterId The attester.
    /// @param endpoint Where; empty for nowhere.
    event AttesterEndpointSet(bytes32 indexed attesterId, string endpoint);

    /// @notice The attester has another attestation document. The earlier ones stand in earlier events.
    /// @param attesterId The attester.
    /// @param document The document; all zero for none.
    event AttesterDocumentSet(bytes32 indexed attesterId, BlobRef document);

    /// @notice A key was revoked, perhaps for a time that is past.
    /// @param attesterId The attester.
    /// @param revokedAt From when on it is no longer believed, in Unix seconds.
    /// @param reason Why, for people.
    event AttesterRevoked(bytes32 indexed attesterId, uint64 revokedAt, string reason);

    /// @notice The signer is too short or too long for ERC-7913, or the zero address.
    /// @param signer What was given.
    error AttesterRegistryInvalidSigner(bytes signer);

    /// @notice The verifier that the signer begins with has no code, so nobody could ask it.
    /// @param verifier The first 20 bytes of the signer.
    error AttesterRegistrySignerWithoutCode(address verifier);

    /// @notice The kind breaks its grammar.
    /// @param kind What was given.
    error AttesterRegistryInvalidKind(string kind);

    /// @notice The endpoint, reason or note is longer than 256 bytes.
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

    /// @notice The attester was replaced before.
    /// @param attesterId The attester.
    /// @param successor The attester that replaced it.
    error AttesterRegistryAlreadyRotated(bytes32 attesterId, bytes32 successor);

    /// @notice The signature is not the attester's over the digest.
    /// @param attesterId The attester.
    /// @param digest What it should have signed.
    error AttesterRegistryInvalidSignature(bytes32 attesterId, bytes32 digest);

    /// @notice Admits a key. Only for those whom the access manager lets.
    /// @param attester What to admit.
    /// @return attesterId `keccak256(signer)`.
    function add(AttesterInput calldata attester) external returns (bytes32 attesterId);

    /// @notice Admits a key in the place of another, and links the two. Only for those whom the access manager lets. A key has one
    /// successor; a revoked one may have it too, and stays revoked.
    /// @param attesterId The attester to replace.
    /// @param successor What to admit.
    /// @param overlap For how many seconds from this block on the old key may still attest, if it might for that long; 0 to end it now.
    /// @param possession The new key's signature over `successionDigestOf`, which shows that somebody holds it; empty not to ask.
    /// @return successorId `keccak256(successor.signer)`.
    function rotate(
        bytes32 attesterId,
        AttesterInput calldata successor,
        uint64 overlap,
        bytes calldata possession
    ) external returns (bytes32 successorId);

    /// @notice Revokes a key from a time on. Only for those whom the access manager lets. Again, and for an earlier time,
    /// if more comes to light.
    /// @param attesterId The attester.
    /// @param revokedAt From when on it is no longer believed, in Unix seconds; not after the block.
    /// @param reason Why, for people: at most 256 bytes, kept in the event only.
    function revoke(bytes32 attesterId, uint64 revokedAt, string calldata reason) external;

    /// @notice Says where an attester is reached now. Only for those whom the access manager lets.
    /// @param attesterId The attester.
    /// @param endpoint Where, at most 256 bytes; empty for nowhere. Not to be trusted.
    function setEndpoint(bytes32 attesterId, string calldata endpoint) external;

    /// @notice Gives an attester another attestation document. Only for those whom the access manager lets.
    /// @param attesterId The attester.
    /// @param document The document; all zero for none.
    function setDocument(bytes32 attesterId, BlobRef calldata document) external;

    /// @notice All that a verifier needs to know of an attester; reverts if there is none.
    /// @param attesterId The attester.
    /// @return signer ERC-7913 signer.
    /// @return signerKind How its signatures are judged.
    /// @return validFrom From when it may attest, in Unix seconds.
    /// @return validUntil Until when, exclusive, with all that ended it applied; not after `validFrom` if never.
    function validity(
        bytes32 attesterId
    ) external view returns (bytes memory signer, SignerKind signerKind, uint64 validFrom, uint64 validUntil);

    /// @notice From when to when an attester may attest; reverts if there is none.
    /// @dev For verifiers that recover the signer from the seal: `attesterId` commits to it, so it need not be read.
    /// @param attesterId The attester.
    /// @return validFrom From when it may attest, in Unix seconds.
    /// @return validUntil Until when, exclusive, with all that ended it applied; not after `validFrom` if never.
    function interval(bytes32 attesterId) external view returns (uint64 validFrom, uint64 validUntil);

    /// @notice Whether an attester might attest at a time, as known today.
    /// @param attesterId The attester.
    /// @param time The time in Unix seconds.
    /// @return valid True if it might; false for an unknown attester too.
    function wasValid(bytes32 attesterId, uint64 time) external view returns (bool valid);

    /// @notice An attester as it stands; reverts if there is none.
    /// @param attesterId The attester.
    /// @return record The attester.
    function attesterOf(bytes32 attesterId) external view returns (AttesterRecord memory record);

    /// @notice What a new key signs to show that somebody holds it.
    /// @dev EIP-712 type: `Succession(bytes32 attesterId,bytes32 successorId)`.
    /// @param attesterId The attester to replace.
    /// @param successorId The attester that replaces it.
    /// @return digest EIP-712 digest under this contract's domain.
    function successionDigestOf(bytes32 attesterId, bytes32 successorId) external view returns (bytes32 digest);

    /// @notice The EIP-712 domain separator of this registry on this chain.
    /// @return separator The separator.
    function domainSeparator() external view returns (bytes32 separator);

    /// @notice How many attesters were admitted, the revoked and expired ones included.
    /// @return count Their number.
    function attesterCount() external view returns (uint256 count);

    /// @notice A page of all attesters, in the order of admission.
    /// @param offset How many to skip.
    /// @param limit How many to return; more than 500 count as 500.
    /// @return attesterIds The page; shorter or empty at the end.
    function attesters(uint256 offset, uint256 limit) external view returns (bytes32[] memory attesterIds);
}
