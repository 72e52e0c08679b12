// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {BlobRef} from "../interfaces/BlobRef.sol";
import {IModelDocuments} from "../interfaces/IModelDocuments.sol";
import {BlobRefs} from "../libraries/BlobRefs.sol";
import {Pages} from "../libraries/Pages.sol";

/// @title The part of ModelRegistry that keeps what anyone says about a version
/// @notice See {IModelDocuments}.
abstract contract ModelDocuments is IModelDocuments {
    uint256 internal constant LONGEST_REASON = 256;

    /// @dev Three slots, the first of which is full.
    struct StoredDocument {
        address author;
        uint40 addedAt;
        uint40 size;
        DocumentKind kind;
        bool revoked;
        bytes32 blobId;
        bytes32 contentHash;
    }

    mapping(bytes32 modelId => mapping(uint32 version => mapping(uint32 number => StoredDocument))) private _documents;

    /// @inheritdoc IModelDocuments
    function addDocument(
        bytes32 modelId,
        uint32 version_,
        DocumentKind kind,
        BlobRef calldata blob
    ) external returns (uint32 number) {
        if (!BlobRefs.isComplete(blob)) revert ModelRegistryIncompleteDocument(blob);
        if (blob.size > type(uint40).max) revert ModelRegistryDocumentTooLarge(blob.size, type(uint40).max);

        number = _countDocument(modelId, version_);
        _documents[modelId][version_][number] = StoredDocument({
            author: msg.sender,
            addedAt: uint40(block.timestamp),
            size: uint40(blob.size),
            kind: kind,
            revoked: false,
            blobId: blob.blobId,
            contentHash: blob.contentHash
        });
        emit DocumentAdded(modelId, version_, msg.sender, number, kind, blob);
    }

    /// @inheritdoc IModelDocuments
    function revokeDocument(bytes32 modelId, uint32 version_, uint32 number, string calldata reason) external {
        _requireShort(reason);
        StoredDocument storage stored = _document(modelId, version_, number);
        address author = stored.author;
        if (msg.sender != author) revert ModelRegistryNotAuthor(modelId, version_, number, msg.sender, author);
        if (stored.revoked) revert ModelRegistryDocumentRevoked(modelId, version_, number);

        stored.revoked = true;
        emit DocumentRevoked(modelId, version_, author, number, reason);
    }

    /// @inheritdoc IModelDocuments
    function documentOf(
        bytes32 modelId,
        uint32 version_,
        uint32 number
    ) external view returns (DocumentRecord memory record) {
        record = _toRecord(_document(modelId, version_, number));
    }

    /// @inheritdoc IModelDocuments
    function documents(
        bytes32 modelId,
        uint32 version_,
        uint256 offset,
        uint256 limit
    ) external view returns (DocumentRecord[] memory records) {
        records = new DocumentRecord[](Pages.lengthOf(documentCount(modelId, version_), offset, limit));
        for (uint256 i = 0; i < records.length; ++i) {
            // The page is not empty, so offset + i is below a count, which is a uint32.
            records[i] = _toRecord(_documents[modelId][version_][uint32(offset + i + 1)]);
        }
    }

    /// @inheritdoc IModelDocuments
    function documentCount(bytes32 modelId, uint32 version_) public view virtual returns (uint32 count);

    /// @dev Counts one document more of a version, whose number it is; reverts if there is no such version.
    function _countDocument(bytes32 modelId, uint32 version_) internal virtual returns (uint32 number);

    function _requireShort(string calldata reason) internal pure {
        if (bytes(reason).length > LONGEST_REASON) revert ModelRegistryReasonTooLong(bytes(reason).length);
    }

    function _document(
        bytes32 modelId,
        uint32 version_,
        uint32 number
    ) private view returns (StoredDocument storage stored) {
        stored = _documents[modelId][version_][number];
        if (stored.author == address(0)) revert ModelRegistryUnknownDocument(modelId, version_, number);
    }

    function _toRecord(StoredDocument storage stored) private view returns (DocumentRecord memory record) {
        record = DocumentRecord({
            author: stored.author,
            kind: stored.kind,
            revoked: stored.revoked,
            addedAt: stored.addedAt,
            blob: BlobRef({blobId: stored.blobId, contentHash: stored.contentHash, size: stored.size})
        });
    }
}
