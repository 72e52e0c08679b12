// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.24;

import {BlobRef} from "./BlobRef.sol";
import {IVersioned} from "./IVersioned.sol";

/// @notice Which versions of a model exist, and which manifest blob holds each. No admin; a model is its owner's.
///
/// Grammars: a name is 1-64 characters of `[a-z0-9._-]`; a label 1-31 of `[A-Za-z0-9._+-]`, not digits alone; a tag 1-31
/// of `[a-z0-9._-]` that begins with a letter. Neither label nor tag may be `latest`. What a user writes after the model's
/// name is a number, else a tag, else a label; no text is ever the label of one version and a tag of another, so no tag
/// leads those astray who hold on to a label.
interface IModelRegistry is IVersioned {
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
    /// @param endEpoch First Walrus epoch in which the blobs are no longer paid for, as the publisher claimed.
    /// @param status What the owner says about the version now.
    /// @param publishedAt Time of the block that published it, in Unix seconds.
    struct ReleaseRecord {
        BlobRef manifest;
        bytes32 blobsHash;
        uint32 endEpoch;
        Status status;
        uint64 publishedAt;
    }

    /// @notice A model as it stands.
    /// @param owner Who may publish, tag and set statuses.
    /// @param creator Who registered it; part of its id and of its full name for good.
    /// @param versionCount How many versions exist; they are numbered from 1.
    /// @param registeredAt Time of the block that registered it, in Unix seconds.
    /// @param name Its name under the creator.
    struct ModelRecord {
        address owner;
        address creator;
        uint32 versionCount;
        uint64 registeredAt;
        string name;
    }

    /// @notice A model was registered; its owner is its creator.
    /// @param modelId The model.
    /// @param creator Who registered it.
    /// @param name Its name under the creator.
    event ModelRegistered(bytes32 indexed modelId, address indexed creator, string name);

    /// @notice A version was published, with status `Active`.
    /// @param modelId The model.
    /// @param version The new version's number.
    /// @param release What was published; the label is kept nowhere else as text.
    event VersionPublished(bytes32 indexed modelId, uint32 indexed version, Release release);

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

    /// @notice The name breaks its grammar.
    /// @param name What was given.
    error ModelRegistryInvalidName(string name);

    /// @notice The label breaks its grammar.
    /// @param label What was given.
    error ModelRegistryInvalidLabel(string label);

    /// @notice The tag breaks its grammar.
    /// @param tag What was given.
    error ModelRegistryInvalidTag(string tag);

    /// @notice The reason is longer than 256 bytes.
    /// @param length Its length.
    error ModelRegistryReasonTooLong(uint256 length);

    /// @notice The creator has a model of this name already.
    /// @param modelId That model.
    error ModelRegistryAlreadyRegistered(bytes32 modelId);

    /// @notice No such model.
    /// @param modelId What was asked for.
    error ModelRegistryUnknownModel(bytes32 modelId);

    /// @notice No such version of the model.
    /// @param modelId The model.
    /// @param version What was asked for.
    error ModelRegistryUnknownVersion(bytes32 modelId, uint32 version);

    /// @notice Only the owner may do this.
    /// @param modelId The model.
    /// @param account Who tried.
    /// @param owner Who may.
    error ModelRegistryNotOwner(bytes32 modelId, address account, address owner);

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

    /// @notice The version is revoked: it takes no tag and no other status.
    /// @param modelId The model.
    /// @param version The version.
    error ModelRegistryVersionRevoked(bytes32 modelId, uint32 version);

    /// @notice Registers a model under the caller.
    /// @param name Its name; see the grammars above.
    /// @return modelId `keccak256(abi.encode(creator, name))`.
    function register(string calldata name) external returns (bytes32 modelId);

    /// @notice Publishes the next version. Only for the owner.
    /// @dev Refused when the newest version has the same manifest, so that a publish which is run again after its
    /// transaction went through cannot register twice.
    /// @param modelId The model.
    /// @param release What to publish.
    /// @return newVersion Its number: 1, 2, 3...
    function publish(bytes32 modelId, Release calldata release) external returns (uint32 newVersion);

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

    /// @notice The id that a model has or would have.
    /// @param creator Who registers it.
    /// @param name Its name, which is not checked here.
    /// @return modelId `keccak256(abi.encode(creator, name))`.
    function modelIdOf(address creator, string calldata name) external pure returns (bytes32 modelId);

    /// @notice A model as it stands; reverts if there is none.
    /// @param modelId The model.
    /// @return record The model.
    function model(bytes32 modelId) external view returns (ModelRecord memory record);

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

    /// @notice How many models there are.
    /// @return count The number of all models.
    function modelCount() external view returns (uint256 count);

    /// @notice How many models a creator registered.
    /// @param creator The creator.
    /// @return count Their number.
    function modelCountOf(address creator) external view returns (uint256 count);

    /// @notice A page of all models, in the order of registration.
    /// @param offset How many to skip.
    /// @param limit How many to return; more than 500 count as 500.
    /// @return modelIds The page; shorter or empty at the end.
    function models(uint256 offset, uint256 limit) external view returns (bytes32[] memory modelIds);

    /// @notice A page of a creator's models, in the order of registration.
    /// @param creator The creator.
    /// @param offset How many to skip.
    /// @param limit How many to return; more than 500 count as 500.
    /// @return modelIds The page; shorter or empty at the end.
    function modelsOf(address creator, uint256 offset, uint256 limit) external view returns (bytes32[] memory modelIds);

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
}
