// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.24;

import {BlobRef} from "./BlobRef.sol";

/// @notice What anyone says about a version under their own name: a reference to a document on Walrus. Nobody is asked, the
/// model's owner neither; whom to believe is the reader's choice, by author.
interface IModelDocuments {
    /// @notice What a document is about.
    enum DocumentKind {
        Other,
        ModelCard,
        Evaluation,
        Licence,
        Provenance,
        Audit
    }

    /// @notice A document as it stands.
    /// @param author Who added it, and who alone may revoke it.
    /// @param kind What it is about.
    /// @param revoked Whether its author revoked it.
    /// @param addedAt Time of the block that added it, in Unix seconds.
    /// @param blob The document.
    struct DocumentRecord {
        address author;
        DocumentKind kind;
        bool revoked;
        uint64 addedAt;
        BlobRef blob;
    }

    /// @notice A document was added to a version.
    /// @param modelId The model.
    /// @param version The version.
    /// @param author Who added it.
    /// @param number The document's number: 1, 2, 3... for each version.
    /// @param kind What it is about.
    /// @param blob The document.
    event DocumentAdded(
        bytes32 indexed modelId,
        uint32 indexed version,
        address indexed author,
        uint32 number,
        DocumentKind kind,
        BlobRef blob
    );

    /// @notice An author revoked a document for good.
    /// @param modelId The model.
    /// @param version The version.
    /// @param author Whose it is.
    /// @param number The document's number.
    /// @param reason Why, for people; text of the author's, not to be trusted.
    event DocumentRevoked(
        bytes32 indexed modelId,
        uint32 indexed version,
        address indexed author,
        uint32 number,
        string reason
    );

    /// @notice A Blob ID, content hash or size of the document is zero.
    /// @param blob The reference as given.
    error ModelRegistryIncompleteDocument(BlobRef blob);

    /// @notice The document is longer than a record can say.
    /// @param size Its length.
    /// @param maximum The longest, 2^40 - 1 bytes (a Walrus blob ends far below).
    error ModelRegistryDocumentTooLarge(uint64 size, uint64 maximum);

    /// @notice The version has no document of this number.
    /// @param modelId The model.
    /// @param version The version.
    /// @param number What was asked for.
    error ModelRegistryUnknownDocument(bytes32 modelId, uint32 version, uint32 number);

    /// @notice Only its author may revoke a document.
    /// @param modelId The model.
    /// @param version The version.
    /// @param number The document.
    /// @param account Who tried.
    /// @param author Who may.
    error ModelRegistryNotAuthor(bytes32 modelId, uint32 version, uint32 number, address account, address author);

    /// @notice The document is revoked already.
    /// @param modelId The model.
    /// @param version The version.
    /// @param number The document.
    error ModelRegistryDocumentRevoked(bytes32 modelId, uint32 version, uint32 number);

    /// @notice The reason is longer than 256 bytes.
    /// @param length Its length.
    error ModelRegistryReasonTooLong(uint256 length);

    /// @notice Adds a document to a version, under the caller's name. For anyone, and for revoked versions too. The same document
    /// may be added again: who must not do that looks at the list first.
    /// @param modelId The model.
    /// @param version_ The version.
    /// @param kind What the document is about.
    /// @param blob The document.
    /// @return number Its number: 1, 2, 3... for each version.
    function addDocument(
        bytes32 modelId,
        uint32 version_,
        DocumentKind kind,
        BlobRef calldata blob
    ) external returns (uint32 number);

    /// @notice Revokes a document. Only for its author. Marks, never deletes; final.
    /// @param modelId The model.
    /// @param version_ The version.
    /// @param number The document.
    /// @param reason Why, for people: at most 256 bytes, kept in the event only.
    function revokeDocument(bytes32 modelId, uint32 version_, uint32 number, string calldata reason) external;

    /// @notice A document as it stands; reverts if there is none.
    /// @param modelId The model.
    /// @param version_ The version.
    /// @param number The document, from 1.
    /// @return record The document.
    function documentOf(
        bytes32 modelId,
        uint32 version_,
        uint32 number
    ) external view returns (DocumentRecord memory record);

    /// @notice How many documents a version has, the revoked ones included.
    /// @param modelId The model.
    /// @param version_ The version.
    /// @return count Their number; 0 for an unknown version too.
    function documentCount(bytes32 modelId, uint32 version_) external view returns (uint32 count);

    /// @notice A page of a version's documents: the first entry is document `offset + 1`.
    /// @param modelId The model.
    /// @param version_ The version.
    /// @param offset How many to skip.
    /// @param limit How many to return; more than 500 count as 500.
    /// @return records The page; shorter or empty at the end.
    function documents(
        bytes32 modelId,
        uint32 version_,
        uint256 offset,
        uint256 limit
    ) external view returns (DocumentRecord[] memory records);
}
