// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {BlobRef} from "./interfaces/BlobRef.sol";
import {IModelRegistry} from "./interfaces/IModelRegistry.sol";
import {IVersioned} from "./interfaces/IVersioned.sol";
import {BlobRefs} from "./libraries/BlobRefs.sol";
import {Names} from "./libraries/Names.sol";
import {Pages} from "./libraries/Pages.sol";

/// @title ModelRegistry
/// @notice See {IModelRegistry}.
contract ModelRegistry is IModelRegistry {
    using Pages for bytes32[];

    uint256 private constant LONGEST_REASON = 256;

    /// @dev The first slot is the one that every publish reads and writes. `newestMark` is the end of the newest
    /// manifest's Blob ID: when it differs, and so nearly always, that version need not be read to tell them apart.
    struct StoredModel {
        address owner;
        uint32 versionCount;
        uint64 newestMark;
        address creator;
        uint64 registeredAt;
        string name;
    }

    /// @dev Four slots; the third holds four fields.
    struct StoredRelease {
        bytes32 manifestBlobId;
        bytes32 manifestHash;
        uint64 manifestSize;
        uint32 endEpoch;
        Status status;
        uint64 publishedAt;
        bytes32 blobsHash;
    }

    /// @dev Which versions a text names; side by side, so that neither can be set without a look at the other.
    struct StoredName {
        uint32 tagged;
        uint32 labelled;
    }

    mapping(bytes32 modelId => StoredModel) private _models;
    mapping(bytes32 modelId => mapping(uint32 version => StoredRelease)) private _releases;
    mapping(bytes32 modelId => mapping(string text => StoredName)) private _names;
    mapping(address creator => bytes32[] modelIds) private _modelsOf;
    bytes32[] private _modelIds;

    /// @inheritdoc IModelRegistry
    function register(string calldata name) external returns (bytes32 modelId) {
        if (!Names.isName(name)) revert ModelRegistryInvalidName(name);
        modelId = modelIdOf(msg.sender, name);
        StoredModel storage stored = _models[modelId];
        if (stored.creator != address(0)) revert ModelRegistryAlreadyRegistered(modelId);

        stored.owner = msg.sender;
        stored.registeredAt = uint64(block.timestamp);
        stored.creator = msg.sender;
        stored.name = name;
        _modelIds.push(modelId);
        _modelsOf[msg.sender].push(modelId);
        emit ModelRegistered(modelId, msg.sender, name);
    }

    /// @inheritdoc IModelRegistry
    function publish(bytes32 modelId, Release calldata release) external returns (uint32 newVersion) {
        StoredModel storage stored = _owned(modelId);
        if (!BlobRefs.isComplete(release.manifest) || release.blobsHash == 0) {
            revert ModelRegistryIncompleteRelease(release.manifest, release.blobsHash);
        }
        uint32 newest = stored.versionCount;
        uint64 mark = uint64(uint256(release.manifest.blobId));
        bool marked = stored.newestMark == mark;
        if (marked && _isManifestOf(_releases[modelId][newest], release.manifest)) {
            revert ModelRegistryUnchanged(modelId, newest);
        }

        newVersion = newest + 1;
        stored.versionCount = newVersion;
        stored.newestMark = mark;
        StoredRelease storage next = _releases[modelId][newVersion];
        next.manifestSize = release.manifest.size;
        next.endEpoch = release.endEpoch;
        next.publishedAt = uint64(block.timestamp);
        next.manifestBlobId = release.manifest.blobId;
        next.manifestHash = release.manifest.contentHash;
        next.blobsHash = release.blobsHash;
        if (bytes(release.label).length != 0) _setLabel(modelId, newVersion, release.label);
        emit VersionPublished(modelId, newVersion, release);
    }

    /// @inheritdoc IModelRegistry
    function setTag(bytes32 modelId, string calldata tag, uint32 version_) external {
        StoredModel storage stored = _owned(modelId);
        if (!Names.isTag(tag)) revert ModelRegistryInvalidTag(tag);
        StoredName storage name = _names[modelId][tag];
        if (version_ != 0) {
            if (version_ > stored.versionCount) revert ModelRegistryUnknownVersion(modelId, version_);
            _requireNotRevoked(modelId, version_);
            uint32 labelled = name.labelled;
            if (labelled != 0 && labelled != version_) revert ModelRegistryLabelTaken(modelId, tag, labelled);
        }

        name.tagged = version_;
        emit TagSet(modelId, version_, tag);
    }

    /// @inheritdoc IModelRegistry
    function setStatus(bytes32 modelId, uint32 version_, Status status, string calldata reason) external {
        StoredModel storage stored = _owned(modelId);
        if (bytes(reason).length > LONGEST_REASON) revert ModelRegistryReasonTooLong(bytes(reason).length);
        if (version_ == 0 || version_ > stored.versionCount) revert ModelRegistryUnknownVersion(modelId, version_);
        _requireNotRevoked(modelId, version_);

        _releases[modelId][version_].status = status;
        emit StatusSet(modelId, version_, status, reason);
    }

    /// @inheritdoc IModelRegistry
    function model(bytes32 modelId) external view returns (ModelRecord memory record) {
        StoredModel storage stored = _models[modelId];
        if (stored.creator == address(0)) revert ModelRegistryUnknownModel(modelId);
        record = ModelRecord({
            owner: stored.owner,
            creator: stored.creator,
            versionCount: stored.versionCount,
            registeredAt: stored.registeredAt,
            name: stored.name
        });
    }

    /// @inheritdoc IModelRegistry
    function releaseOf(bytes32 modelId, uint32 version_) external view returns (ReleaseRecord memory record) {
        if (version_ == 0 || version_ > _models[modelId].versionCount) {
            revert ModelRegistryUnknownVersion(modelId, version_);
        }
        record = _read(modelId, version_);
    }

    /// @inheritdoc IModelRegistry
    function versionCount(bytes32 modelId) external view returns (uint32 count) {
        count = _models[modelId].versionCount;
    }

    /// @inheritdoc IModelRegistry
    function versionOfTag(bytes32 modelId, string calldata tag) external view returns (uint32 version_) {
        version_ = _names[modelId][tag].tagged;
    }

    /// @inheritdoc IModelRegistry
    function versionOfLabel(bytes32 modelId, string calldata label) external view returns (uint32 version_) {
        version_ = _names[modelId][label].labelled;
    }

    /// @inheritdoc IModelRegistry
    function modelCount() external view returns (uint256 count) {
        count = _modelIds.length;
    }

    /// @inheritdoc IModelRegistry
    function modelCountOf(address creator) external view returns (uint256 count) {
        count = _modelsOf[creator].length;
    }

    /// @inheritdoc IModelRegistry
    function models(uint256 offset, uint256 limit) external view returns (bytes32[] memory modelIds) {
        modelIds = _modelIds.read(offset, limit);
    }

    /// @inheritdoc IModelRegistry
    function modelsOf(
        address creator,
        uint256 offset,
        uint256 limit
    ) external view returns (bytes32[] memory modelIds) {
        modelIds = _modelsOf[creator].read(offset, limit);
    }

    /// @inheritdoc IModelRegistry
    function versions(
        bytes32 modelId,
        uint256 offset,
        uint256 limit
    ) external view returns (ReleaseRecord[] memory records) {
        records = new ReleaseRecord[](Pages.lengthOf(_models[modelId].versionCount, offset, limit));
        for (uint256 i = 0; i < records.length; ++i) {
            // The page is not empty, so offset + i is below a version count, which is a uint32.
            records[i] = _read(modelId, uint32(offset + i + 1));
        }
    }

    /// @inheritdoc IModelRegistry
    function modelIdOf(address creator, string calldata name) public pure returns (bytes32 modelId) {
        modelId = keccak256(abi.encode(creator, name));
    }

    /// @inheritdoc IVersioned
    function version() external pure returns (string memory) {
        return "1.0.0";
    }

    function _setLabel(bytes32 modelId, uint32 version_, string calldata label) private {
        if (!Names.isLabel(label)) revert ModelRegistryInvalidLabel(label);
        StoredName storage name = _names[modelId][label];
        if (name.labelled != 0) revert ModelRegistryLabelTaken(modelId, label, name.labelled);
        // The version is new, so a tag is another's.
        if (name.tagged != 0) revert ModelRegistryTagTaken(modelId, label, name.tagged);
        name.labelled = version_;
    }

    function _owned(bytes32 modelId) private view returns (StoredModel storage stored) {
        stored = _models[modelId];
        address owner = stored.owner;
        if (owner == msg.sender) return stored;
        if (owner == address(0)) revert ModelRegistryUnknownModel(modelId);
        revert ModelRegistryNotOwner(modelId, msg.sender, owner);
    }

    function _requireNotRevoked(bytes32 modelId, uint32 version_) private view {
        if (_releases[modelId][version_].status == Status.Revoked) {
            revert ModelRegistryVersionRevoked(modelId, version_);
        }
    }

    function _isManifestOf(StoredRelease storage release, BlobRef calldata manifest) private view returns (bool) {
        return
            release.manifestBlobId == manifest.blobId &&
            release.manifestHash == manifest.contentHash &&
            release.manifestSize == manifest.size;
    }

    function _read(bytes32 modelId, uint32 version_) private view returns (ReleaseRecord memory record) {
        StoredRelease storage stored = _releases[modelId][version_];
        record = ReleaseRecord({
            manifest: BlobRef({
                blobId: stored.manifestBlobId,
                contentHash: stored.manifestHash,
                size: stored.manifestSize
            }),
            blobsHash: stored.blobsHash,
            endEpoch: stored.endEpoch,
            status: stored.status,
            publishedAt: stored.publishedAt
        });
    }
}
