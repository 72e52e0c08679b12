// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.24;

import {BlobRef} from "./BlobRef.sol";
import {IModelDocuments} from "./IModelDocuments.sol";
import {IModelOwnership} from "./IModelOwnership.sol";
import {IVersioned} from "./IVersioned.sol";

/// @notice Which versions of a model exist, and which manifest blob holds each. No admin; a model is its owner's. Whose that is stands
/// in `IModelOwnership`, what others say about a version in `IModelDocuments`.
///
/// EIP-712 domain: `("Scrimshaw ModelRegistry", "1", chainId, this contract)`, also by ERC-5267.
///
/// Grammars: a name is 1-64 characters of `[a-z0-9._-]`; a label 1-31 of `[A-Za-z0-9._+-]`, not digits alone; a tag 1-31
/// of `[a-z0-9._-]` that begins with a letter. Neither label nor tag may be `latest`. What a user writes after the model's
/// name is a number, else a tag, else a label; no text is ever the label of one version and a tag of another, so no tag
/// leads those astray who hold on to a label.
interface IModelRegistry is IModelOwnership, IModelDocuments, IVersioned {
    /// @notice What the owner says about a version. `Revoked` is final.
    enum Status {
        Active,
        Deprecated,
        Revoked
    }

    /// @notice What is published as one version.
    /// @param manifest The manifest: the JSON that lists the version's files and the blobs that hold them.
    /// @param blobsHash keccak256 of the concatenated sorted Blob IDs that hold the files.
    /// @param endEpoch First Walrus epoch in which the blobs are no longer paid for, as the publisher claims.
    /// @param label A name for this version that never moves, and no tag of another; empty for none.
    struct Release {
        BlobRef manifest;
        bytes32 blobsHash;
        uint32 endEpoch;
        string label;
    }

    /// @notice A version as it stands. Its label is in the event and in `versionOfLabel`.
    /// @param manifest The manifest blob.
    /// @param blobsHash keccak256 of the concatenated sorted Blob IDs that hold the files.
    /// @param endEpoch First Walrus epoch in which the blobs are no longer paid for, as a publisher claimed
    /// at publish or by the latest renewal; not proven here.
    /// @param status What the owner says about the version now.
    /// @param publishedAt Time of the block that published it, in Unix seconds.
    struct ReleaseRecord {
        BlobRef manifest;
        bytes32 blobsHash;
        uint32 endEpoch;
        Status status;
        uint64 publishedAt;
    }

    /// @notice A version was published, with status `Active`.
    /// @param modelId The model.
    /// @param version The new version's number.
    /// @param release What was published; the label is kept nowhere else as text.
    /// @param publisher Who published it: the sender, or the signer whose wish was relayed.
    event VersionPublished(bytes32 indexed modelId, uint32 indexed version, Release release, address publisher);

    /// @notice A version's blobs are paid for longer, as a publisher claims.
    /// @param modelId The model.
    /// @param version The version.
    /// @param endEpoch First Walrus epoch in which the blobs are no longer paid for.
    /// @param publisher Who says so.
    event VersionRenewed(bytes32 indexed modelId, uint32 indexed version, uint32 endEpoch, address publisher);

    /// @notice A tag was put on a version, or taken away.
    /// @param modelId The model.
    /// @param version The version that the tag names from now on; 0 if it was removed.
    /// @param tag The tag.
    event TagSet(bytes32 indexed modelId, uint32 indexed version, string tag);

    /// @notice The owner said something about a version.
    /// @param modelId The model.
    /// @param version The version.
    /// @param status Its status from now on.
    /// @param reason Why, for people; text of the owner's, not to be trusted.
    event StatusSet(bytes32 indexed modelId, uint32 indexed version, Status status, string reason);

    /// @notice The label breaks its grammar.
    /// @param label What was given.
    error ModelRegistryInvalidLabel(string label);

    /// @notice The tag breaks its grammar.
    /// @param tag What was given.
    error ModelRegistryInvalidTag(string tag);

    /// @notice No such version of the model.
    /// @param modelId The model.
    /// @param version What was asked for.
    error ModelRegistryUnknownVersion(bytes32 modelId, uint32 version);

    /// @notice A Blob ID, content hash, size or blobs hash of the release is zero.
    /// @param manifest The manifest as given.
    /// @param blobsHash The blobs hash as given.
    error ModelRegistryIncompleteRelease(BlobRef manifest, bytes32 blobsHash);

    /// @notice The newest version has this manifest already, so there is nothing to publish.
    /// @param modelId The model.
    /// @param version Its newest version.
    error ModelRegistryUnchanged(bytes32 modelId, uint32 version);

    /// @notice Another version of the model has this label: no second one gets it, nor a tag of the same text.
    /// @param modelId The model.
    /// @param label The label.
    /// @param version The version that has it.
    error ModelRegistryLabelTaken(bytes32 modelId, string label, uint32 version);

    /// @notice A tag of this text names another version now, so it cannot be a label.
    /// @param modelId The model.
    /// @param tag The tag.
    /// @param version The version that it names.
    error ModelRegistryTagTaken(bytes32 modelId, string tag, uint32 version);

    /// @notice The wish to publish is too old.
    /// @param deadline Its last second.
    /// @param blockTime Time of the block.
    error ModelRegistryExpired(uint64 deadline, uint64 blockTime);

    /// @notice The wish to publish is for another version than the next: it was carried out already, overtaken, or is early.
    /// @param modelId The model.
    /// @param version The version that was signed.
    /// @param next The version that comes next.
    error ModelRegistryOtherVersion(bytes32 modelId, uint32 version, uint32 next);

    /// @notice The signature is not the publisher's over this wish.
    /// @param publisher Who should have signed.
    /// @param digest What it should have signed.
    error ModelRegistryInvalidSignature(address publisher, bytes32 digest);

    /// @notice A renewal must be for longer than what is claimed already.
    /// @param modelId The model.
    /// @param version The version.
    /// @param endEpoch The end as given.
    /// @param claimed The end as it stands.
    error ModelRegistryNotLonger(bytes32 modelId, uint32 version, uint32 endEpoch, uint32 claimed);

    /// @notice The version is revoked: it takes no tag and no other status.
    /// @param modelId The model.
    /// @param version The version.
    error ModelRegistryVersionRevoked(bytes32 modelId, uint32 version);

    /// @notice Publishes the next version. Only for the owner and those whom it lets publish.
    /// @dev Refused when the newest version has the same manifest, so that a publish which is run again after its
    /// transaction went through cannot register twice.
    /// @param modelId The model.
    /// @param release What to publish.
    /// @return newVersion Its number: 1, 2, 3...
    function publish(bytes32 modelId, Release calldata release) external returns (uint32 newVersion);

    /// @notice Publishes the next version for somebody who signed that wish and may publish now. Anyone may send it: the
    /// sender changes nothing and gains nothing.
    /// @dev The version's number serves as nonce: once that version exists, whoever published it, the signature is spent. To
    /// take it back sooner, publish another version or cease to be a publisher.
    /// @param modelId The model.
    /// @param release What to publish.
    /// @param version_ The number that the release is to get.
    /// @param publisher Who wishes it: an account that signs by ECDSA, or a contract that answers ERC-1271.
    /// @param deadline Last second, Unix time of a block, in which this may be done.
    /// @param signature The publisher's over `publishDigestOf`: 65 bytes `r`, `s`, `v` with a low `s`, or what the contract takes.
    function publishFor(
        bytes32 modelId,
        Release calldata release,
        uint32 version_,
        address publisher,
        uint64 deadline,
        bytes calldata signature
    ) external;

    /// @notice Claims that a version's blobs are paid for longer. Only for the owner and those whom it lets publish. Never
    /// shortens, and proves nothing.
    /// @param modelId The model.
    /// @param version_ The version, whatever its status.
    /// @param endEpoch First Walrus epoch in which the blobs are no longer paid for; later than the one claimed so far.
    function renew(bytes32 modelId, uint32 version_, uint32 endEpoch) external;

    /// @notice Puts a tag on a version, moves it there, or removes it. Only for the owner.
    /// @param modelId The model.
    /// @param tag The tag; not the label of another version.
    /// @param version_ The version, which must not be revoked; 0 to remove the tag.
    function setTag(bytes32 modelId, string calldata tag, uint32 version_) external;

    /// @notice Says something about a version. Only for the owner. A tag that names the version stays where it is: who
    /// resolves a tag looks at the status too.
    /// @param modelId The model.
    /// @param version_ The version.
    /// @param status Its status from now on; none follows `Revoked`.
    /// @param reason Why, for people: at most 256 bytes, kept in the event only.
    function setStatus(bytes32 modelId, uint32 version_, Status status, string calldata reason) external;

    /// @notice A version as it stands; reverts if there is none.
    /// @param modelId The model.
    /// @param version_ The version, from 1.
    /// @return record The version.
    function releaseOf(bytes32 modelId, uint32 version_) external view returns (ReleaseRecord memory record);

    /// @notice How many versions a model has, which is also its newest version.
    /// @param modelId The model.
    /// @return count 0 for an unknown model too.
    function versionCount(bytes32 modelId) external view returns (uint32 count);

    /// @notice The version that a tag names now.
    /// @param modelId The model.
    /// @param tag The tag.
    /// @return version_ 0 if the tag names none.
    function versionOfTag(bytes32 modelId, string calldata tag) external view returns (uint32 version_);

    /// @notice The version that has a label.
    /// @param modelId The model.
    /// @param label The label.
    /// @return version_ 0 if none has it.
    function versionOfLabel(bytes32 modelId, string calldata label) external view returns (uint32 version_);

    /// @notice A page of a model's versions: the first entry is version `offset + 1`.
    /// @param modelId The model.
    /// @param offset How many to skip.
    /// @param limit How many to return; more than 500 count as 500.
    /// @return records The page; shorter or empty at the end.
    function versions(
        bytes32 modelId,
        uint256 offset,
        uint256 limit
    ) external view returns (ReleaseRecord[] memory records);

    /// @notice The EIP-712 digest of a wish to publish under this registry's domain: what its publisher signs. Type:
    /// `Publish(bytes32 modelId,uint32 version,Release release,address publisher,uint64 deadline)`, followed by
    /// `BlobRef(bytes32 blobId,bytes32 contentHash,uint64 size)` and
    /// `Release(BlobRef manifest,bytes32 blobsHash,uint32 endEpoch,string label)`.
    /// @param modelId The model.
    /// @param release What to publish.
    /// @param version_ The number that the release is to get.
    /// @param publisher Who wishes it.
    /// @param deadline Last second in which this may be done.
    /// @return digest What to sign.
    function publishDigestOf(
        bytes32 modelId,
        Release calldata release,
        uint32 version_,
        address publisher,
        uint64 deadline
    ) external view returns (bytes32 digest);

    /// @notice The EIP-712 domain separator of this registry on this chain.
    /// @return separator The separator.
    function domainSeparator() external view returns (bytes32 separator);
}
