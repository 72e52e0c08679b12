// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IERC5267} from "@openzeppelin/contracts/interfaces/IERC5267.sol";
import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {SignatureChecker} from "@openzeppelin/contracts/utils/cryptography/SignatureChecker.sol";
import {ERC165, IERC165} from "@openzeppelin/contracts/utils/introspection/ERC165.sol";
import {BlobRef} from "./interfaces/BlobRef.sol";
import {IModelDocuments} from "./interfaces/IModelDocuments.sol";
import {IModelOwnership} from "./interfaces/IModelOwnership.sol";
import {IModelRegistry} from "./interfaces/IModelRegistry.sol";
import {IVersioned} from "./interfaces/IVersioned.sol";
import {BlobRefs} from "./libraries/BlobRefs.sol";
import {Names} from "./libraries/Names.sol";
import {Pages} from "./libraries/Pages.sol";
import {ReleaseHash} from "./libraries/ReleaseHash.sol";
import {ModelDocuments} from "./models/ModelDocuments.sol";
import {ModelOwnership} from "./models/ModelOwnership.sol";

/// @title ModelRegistry
/// @notice See {IModelRegistry}.
contract ModelRegistry is IModelRegistry, ModelOwnership, ModelDocuments, EIP712, ERC165 {
    /// @dev Four slots; the third holds five fields.
    struct StoredRelease {
        bytes32 manifestBlobId;
        bytes32 manifestHash;
        uint64 manifestSize;
        uint32 endEpoch;
        Status status;
        uint64 publishedAt;
        uint32 documentCount;
        bytes32 blobsHash;
    }

    /// @dev Which versions a text names; side by side, so that neither can be set without a look at the other.
    struct StoredName {
        uint32 tagged;
        uint32 labelled;
    }

    mapping(bytes32 modelId => mapping(uint32 version => StoredRelease)) private _releases;
    mapping(bytes32 modelId => mapping(string text => StoredName)) private _names;

    constructor() EIP712("Scrimshaw ModelRegistry", "1") {}

    /// @inheritdoc IModelRegistry
    function publish(bytes32 modelId, Release calldata release) external returns (uint32 newVersion) {
        newVersion = _publish(_publishable(modelId, msg.sender), modelId, release, msg.sender);
    }

    /// @inheritdoc IModelRegistry
    function publishFor(
        bytes32 modelId,
        Release calldata release,
        uint32 version_,
        address publisher,
        uint64 deadline,
        bytes calldata signature
    ) external {
        if (block.timestamp > deadline) revert ModelRegistryExpired(deadline, uint64(block.timestamp));
        StoredModel storage stored = _publishable(modelId, publisher);
        uint32 next = stored.versionCount + 1;
        if (version_ != next) revert ModelRegistryOtherVersion(modelId, version_, next);
        _requireSigned(publisher, publishDigestOf(modelId, release, version_, publisher, deadline), signature);
        _publish(stored, modelId, release, publisher);
    }

    /// @inheritdoc IModelRegistry
    function renew(bytes32 modelId, uint32 version_, uint32 endEpoch) external {
        StoredModel storage stored = _publishable(modelId, msg.sender);
        if (version_ == 0 || version_ > stored.versionCount) revert ModelRegistryUnknownVersion(modelId, version_);
        StoredRelease storage release = _releases[modelId][version_];
        uint32 claimed = release.endEpoch;
        if (endEpoch <= claimed) revert ModelRegistryNotLonger(modelId, version_, endEpoch, claimed);

        release.endEpoch = endEpoch;
        emit VersionRenewed(modelId, version_, endEpoch, msg.sender);
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
        _requireShort(reason);
        if (version_ == 0 || version_ > stored.versionCount) revert ModelRegistryUnknownVersion(modelId, version_);
        _requireNotRevoked(modelId, version_);

        _releases[modelId][version_].status = status;
        emit StatusSet(modelId, version_, status, reason);
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
    function domainSeparator() external view returns (bytes32 separator) {
        separator = _domainSeparatorV4();
    }

    /// @inheritdoc IVersioned
    function version() external pure returns (string memory) {
        return "1.0.0";
    }

    /// @inheritdoc IERC165
    function supportsInterface(bytes4 interfaceId) public view override(ERC165, IERC165) returns (bool) {
        return
            interfaceId == type(IModelRegistry).interfaceId ||
            interfaceId == type(IModelOwnership).interfaceId ||
            interfaceId == type(IModelDocuments).interfaceId ||
            interfaceId == type(IVersioned).interfaceId ||
            interfaceId == type(IERC5267).interfaceId ||
            super.supportsInterface(interfaceId);
    }

    /// @inheritdoc IModelDocuments
    function documentCount(
        bytes32 modelId,
        uint32 version_
    ) public view override(IModelDocuments, ModelDocuments) returns (uint32 count) {
        count = _releases[modelId][version_].documentCount;
    }

    /// @inheritdoc IModelRegistry
    function publishDigestOf(
        bytes32 modelId,
        Release calldata release,
        uint32 version_,
        address publisher,
        uint64 deadline
    ) public view returns (bytes32 digest) {
        digest = _hashTypedDataV4(ReleaseHash.ofPublish(modelId, version_, release, publisher, deadline));
    }

    function _countDocument(bytes32 modelId, uint32 version_) internal override returns (uint32 number) {
        StoredRelease storage release = _releases[modelId][version_];
        if (release.manifestSize == 0) revert ModelRegistryUnknownVersion(modelId, version_);
        number = release.documentCount + 1;
        release.documentCount = number;
    }

    function _publish(
        StoredModel storage stored,
        bytes32 modelId,
        Release calldata release,
        address publisher
    ) private returns (uint32 newVersion) {
        BlobRef calldata manifest = release.manifest;
        if (!BlobRefs.isComplete(manifest) || release.blobsHash == 0) {
            revert ModelRegistryIncompleteRelease(manifest, release.blobsHash);
        }
        uint32 newest = stored.versionCount;
        uint32 mark = uint32(uint256(manifest.blobId));
        if (stored.newestMark == mark && _isManifestOf(_releases[modelId][newest], manifest)) {
            revert ModelRegistryUnchanged(modelId, newest);
        }

        newVersion = newest + 1;
        stored.versionCount = newVersion;
        stored.newestMark = mark;
        StoredRelease storage next = _releases[modelId][newVersion];
        next.manifestSize = manifest.size;
        next.endEpoch = release.endEpoch;
        next.publishedAt = uint64(block.timestamp);
        next.manifestBlobId = manifest.blobId;
        next.manifestHash = manifest.contentHash;
        next.blobsHash = release.blobsHash;
        string calldata label = release.label;
        if (bytes(label).length != 0) _setLabel(modelId, newVersion, label);
        emit VersionPublished(modelId, newVersion, release, publisher);
    }

    function _setLabel(bytes32 modelId, uint32 version_, string calldata label) private {
        if (!Names.isLabel(label)) revert ModelRegistryInvalidLabel(label);
        StoredName storage name = _names[modelId][label];
        if (name.labelled != 0) revert ModelRegistryLabelTaken(modelId, label, name.labelled);
        // The version is new, so a tag is another's.
        if (name.tagged != 0) revert ModelRegistryTagTaken(modelId, label, name.tagged);
        name.labelled = version_;
    }

    /// @dev By its key, also where code was put at its address (EIP-7702): the key could send the transaction itself. Else a
    /// contract is asked.
    function _requireSigned(address publisher, bytes32 digest, bytes calldata signature) private view {
        (address recovered, ECDSA.RecoverError failure, ) = ECDSA.tryRecoverCalldata(digest, signature);
        if (failure == ECDSA.RecoverError.NoError && recovered == publisher) return;
        if (SignatureChecker.isValidERC1271SignatureNowCalldata(publisher, digest, signature)) return;
        revert ModelRegistryInvalidSignature(publisher, digest);
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
