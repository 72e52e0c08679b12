// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ERC165, IERC165} from "@openzeppelin/contracts/utils/introspection/ERC165.sol";
import {CertificateStatus} from "./interfaces/CertificateStatus.sol";
import {IBlobAvailability} from "./interfaces/IBlobAvailability.sol";
import {IVersioned} from "./interfaces/IVersioned.sol";
import {IWalrusCommittees} from "./interfaces/IWalrusCommittees.sol";
import {WalrusCertificate} from "./libraries/WalrusCertificate.sol";
import {WalrusMessage} from "./libraries/WalrusMessage.sol";

/// @title BlobAvailability
/// @notice See {IBlobAvailability}.
contract BlobAvailability is IBlobAvailability, ERC165 {
    /// @dev One slot, which a certificate writes and whoever asks reads.
    struct StoredBlob {
        uint64 epochStart;
        uint32 epoch;
        bool invalid;
    }

    /// @inheritdoc IBlobAvailability
    IWalrusCommittees public immutable committees;

    mapping(address source => mapping(bytes32 blobId => StoredBlob)) private _blobs;

    /// @param committees_ Where committees are read.
    constructor(IWalrusCommittees committees_) {
        committees = committees_;
    }

    /// @inheritdoc IBlobAvailability
    function certify(address source, bytes calldata message, bytes calldata certificate) external {
        (uint256 kind, uint32 epoch, bytes32 blobId) = WalrusMessage.read(message);
        uint64 epochStart = _requireValid(source, kind, epoch, blobId, message, certificate);
        if (kind != WalrusMessage.CONFIRMATION) revert BlobAvailabilityOtherMessage(source, blobId);
        _certify(source, blobId, epoch, epochStart);
    }

    /// @inheritdoc IBlobAvailability
    function certifyMany(address source, bytes[] calldata messages, bytes calldata certificate) external {
        (CertificateStatus status, uint32 epoch, bytes32 last) = _readMany(messages);
        uint64 epochStart;
        uint256 weight;
        if (status == CertificateStatus.Valid) {
            (status, epochStart, weight) = WalrusCertificate.checkMany(
                address(committees),
                source,
                epoch,
                messages,
                certificate
            );
        }
        if (status != CertificateStatus.Valid) revert BlobAvailabilityRefused(status, source, epoch, last, weight);
        for (uint256 i = 0; i < messages.length; ++i) {
            _certify(source, WalrusMessage.blobIdOf(messages[i]), epoch, epochStart);
        }
    }

    /// @inheritdoc IBlobAvailability
    function invalidate(address source, bytes calldata message, bytes calldata certificate) external {
        (uint256 kind, uint32 epoch, bytes32 blobId) = WalrusMessage.read(message);
        _requireValid(source, kind, epoch, blobId, message, certificate);
        if (kind != WalrusMessage.INVALID_BLOB_ID) revert BlobAvailabilityOtherMessage(source, blobId);
        StoredBlob storage blob = _blobs[source][blobId];
        if (blob.invalid) return;

        blob.invalid = true;
        emit BlobInvalidated(source, blobId, epoch);
    }

    /// @inheritdoc IBlobAvailability
    function checkCertificate(
        address source,
        bytes calldata message,
        bytes calldata certificate
    ) external view returns (CertificateStatus status) {
        (uint256 kind, uint32 epoch, ) = WalrusMessage.read(message);
        if (kind == WalrusMessage.NONE) return CertificateStatus.MalformedMessage;
        (status, , ) = WalrusCertificate.check(address(committees), source, kind, epoch, message, certificate);
    }

    /// @inheritdoc IBlobAvailability
    function checkCertificates(
        address source,
        bytes[] calldata messages,
        bytes calldata certificate
    ) external view returns (CertificateStatus status) {
        uint32 epoch;
        (status, epoch, ) = _readMany(messages);
        if (status != CertificateStatus.Valid) return status;
        (status, , ) = WalrusCertificate.checkMany(address(committees), source, epoch, messages, certificate);
    }

    /// @inheritdoc IBlobAvailability
    function certifiedWithin(
        address source,
        bytes32 blobId,
        uint64 maxAgeSeconds
    ) external view returns (bool certified) {
        (, uint64 epochStart) = lastCertified(source, blobId);
        certified = epochStart != 0 && block.timestamp - epochStart <= maxAgeSeconds;
    }

    /// @inheritdoc IBlobAvailability
    function isInvalid(address source, bytes32 blobId) external view returns (bool invalid) {
        invalid = _blobs[source][blobId].invalid;
    }

    /// @inheritdoc IVersioned
    function version() external pure returns (string memory) {
        return "1.0.0";
    }

    /// @inheritdoc IERC165
    function supportsInterface(bytes4 interfaceId) public view override(ERC165, IERC165) returns (bool) {
        return
            interfaceId == type(IBlobAvailability).interfaceId ||
            interfaceId == type(IVersioned).interfaceId ||
            super.supportsInterface(interfaceId);
    }

    /// @inheritdoc IBlobAvailability
    function lastCertified(address source, bytes32 blobId) public view returns (uint32 epoch, uint64 epochStart) {
        StoredBlob storage blob = _blobs[source][blobId];
        if (!blob.invalid) (epoch, epochStart) = (blob.epoch, blob.epochStart);
    }

    function _certify(address source, bytes32 blobId, uint32 epoch, uint64 epochStart) private {
        StoredBlob storage blob = _blobs[source][blobId];
        if (blob.invalid) revert BlobAvailabilityInvalidBlob(source, blobId);
        // A source's epochs begin one after the other.
        if (epochStart <= blob.epochStart) return;

        blob.epochStart = epochStart;
        blob.epoch = epoch;
        emit BlobCertified(source, blobId, epoch);
    }

    function _requireValid(
        address source,
        uint256 kind,
        uint32 epoch,
        bytes32 blobId,
        bytes calldata message,
        bytes calldata certificate
    ) private view returns (uint64 epochStart) {
        if (kind == WalrusMessage.NONE) {
            revert BlobAvailabilityRefused(CertificateStatus.MalformedMessage, source, epoch, blobId, 0);
        }
        CertificateStatus status;
        uint256 weight;
        (status, epochStart, weight) = WalrusCertificate.check(
            address(committees),
            source,
            kind,
            epoch,
            message,
            certificate
        );
        if (status != CertificateStatus.Valid) revert BlobAvailabilityRefused(status, source, epoch, blobId, weight);
    }

    /// @dev The epoch of all messages, and the last blob looked at. Ascending Blob IDs make sure that no two are the same.
    function _readMany(bytes[] calldata messages) private pure returns (CertificateStatus, uint32 epoch, bytes32 last) {
        if (messages.length == 0) return (CertificateStatus.NotAscending, 0, 0);
        for (uint256 i = 0; i < messages.length; ++i) {
            (uint256 kind, uint32 itsEpoch, bytes32 blobId) = WalrusMessage.read(messages[i]);
            if (kind != WalrusMessage.CONFIRMATION) return (CertificateStatus.MalformedMessage, epoch, blobId);
            if (i == 0) epoch = itsEpoch;
            else if (blobId <= last) return (CertificateStatus.NotAscending, epoch, blobId);
            else if (itsEpoch != epoch) return (CertificateStatus.OtherEpoch, epoch, blobId);
            last = blobId;
        }
        return (CertificateStatus.Valid, epoch, last);
    }
}
