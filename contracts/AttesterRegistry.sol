// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {IERC5267} from "@openzeppelin/contracts/interfaces/IERC5267.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {ERC165, IERC165} from "@openzeppelin/contracts/utils/introspection/ERC165.sol";
import {SSTORE2} from "solady/src/utils/SSTORE2.sol";
import {AttesterLife} from "./attesters/AttesterLife.sol";
import {AttesterMeasurements} from "./attesters/AttesterMeasurements.sol";
import {BlobRef} from "./interfaces/BlobRef.sol";
import {IAttesterLife} from "./interfaces/IAttesterLife.sol";
import {IAttesterMeasurements} from "./interfaces/IAttesterMeasurements.sol";
import {IAttesterRegistry} from "./interfaces/IAttesterRegistry.sol";
import {IVersioned} from "./interfaces/IVersioned.sol";
import {SignerKind} from "./interfaces/SignerKind.sol";
import {AttesterHash} from "./libraries/AttesterHash.sol";
import {BlobRefs} from "./libraries/BlobRefs.sol";
import {Names} from "./libraries/Names.sol";
import {Pages} from "./libraries/Pages.sol";
import {Signers} from "./libraries/Signers.sol";
import {Validity} from "./libraries/Validity.sol";

/// @title AttesterRegistry
/// @notice See {IAttesterRegistry}.
contract AttesterRegistry is IAttesterRegistry, AttesterMeasurements, AttesterLife, ERC165 {
    using Pages for bytes32[];

    uint256 private constant LONGEST_SIGNER = 1024;

    /// @dev The second slot is all that a verifier needs when the seal tells who signed, the first two when it does not. `holder` is the
    /// account or wallet itself, or else what holds the signer as its code.
    struct StoredAttester {
        address holder;
        SignerKind signerKind;
        uint64 addedAt;
        uint64 validFrom;
        uint64 validUntil;
        uint64 revokedAt;
        uint64 approvalId;
        bytes32 measurement;
        BlobRef document;
        string kind;
        string endpoint;
    }

    mapping(bytes32 attesterId => StoredAttester) private _attesters;
    mapping(bytes32 attesterId => bytes32) private _predecessors;
    mapping(bytes32 attesterId => bytes32) private _successors;
    bytes32[] private _attesterIds;

    /// @param authority The access manager that says who may admit, approve, change and revoke.
    constructor(address authority) AccessManaged(authority) EIP712("Scrimshaw AttesterRegistry", "1") {}

    /// @inheritdoc IAttesterRegistry
    function add(AttesterInput calldata attester) external restricted returns (bytes32 attesterId) {
        attesterId = _add(attester);
    }

    /// @inheritdoc IAttesterRegistry
    function rotate(
        bytes32 attesterId,
        AttesterInput calldata successor,
        uint64 overlap,
        bytes calldata possession
    ) external restricted returns (bytes32 successorId) {
        StoredAttester storage stored = _known(attesterId);
        successorId = _successors[attesterId];
        if (successorId != 0) revert AttesterRegistryAlreadyRotated(attesterId, successorId);
        successorId = _add(successor);
        if (possession.length != 0) {
            _requireSigned(successorId, successionDigestOf(attesterId, successorId), possession);
        }

        _successors[attesterId] = successorId;
        _predecessors[successorId] = attesterId;
        uint256 end = block.timestamp + overlap;
        if (end < stored.validUntil) stored.validUntil = uint64(end);
        emit AttesterRotated(attesterId, successorId, stored.validUntil, possession);
    }

    /// @inheritdoc IAttesterRegistry
    function revoke(bytes32 attesterId, uint64 revokedAt, string calldata reason) external restricted {
        StoredAttester storage stored = _known(attesterId);
        Validity.requireShort(reason);
        uint64 latest = Validity.latestEnd(stored.revokedAt);
        if (revokedAt > latest) revert AttesterRegistryRevocationTooLate(attesterId, revokedAt, latest);

        stored.revokedAt = revokedAt;
        emit AttesterRevoked(attesterId, revokedAt, reason);
    }

    /// @inheritdoc IAttesterRegistry
    function setEndpoint(bytes32 attesterId, string calldata endpoint) external restricted {
        Validity.requireShort(endpoint);
        _known(attesterId).endpoint = endpoint;
        emit AttesterEndpointSet(attesterId, endpoint);
    }

    /// @inheritdoc IAttesterRegistry
    function setDocument(bytes32 attesterId, BlobRef calldata document) external restricted {
        _requireWhole(document);
        _known(attesterId).document = document;
        emit AttesterDocumentSet(attesterId, document);
    }

    /// @inheritdoc IAttesterRegistry
    function validity(
        bytes32 attesterId
    ) external view returns (bytes memory signer, SignerKind signerKind, uint64 validFrom, uint64 validUntil) {
        (validFrom, validUntil) = _knownInterval(attesterId);
        (signer, signerKind) = _signer(_attesters[attesterId]);
    }

    /// @inheritdoc IAttesterRegistry
    function interval(bytes32 attesterId) external view returns (uint64 validFrom, uint64 validUntil) {
        (validFrom, validUntil) = _knownInterval(attesterId);
    }

    /// @inheritdoc IAttesterRegistry
    function wasValid(bytes32 attesterId, uint64 time) external view returns (bool valid) {
        // Of an unknown attester both are zero, and no time is before zero.
        (uint64 validFrom, uint64 validUntil, ) = _interval(attesterId);
        valid = validFrom <= time && time < validUntil;
    }

    /// @inheritdoc IAttesterRegistry
    function attesterOf(bytes32 attesterId) external view returns (AttesterRecord memory record) {
        StoredAttester storage stored = _known(attesterId);
        (record.signer, record.signerKind) = _signer(stored);
        record.measurement = stored.measurement;
        record.approvalId = stored.approvalId;
        record.kind = stored.kind;
        record.document = stored.document;
        record.endpoint = stored.endpoint;
        record.validFrom = stored.validFrom;
        record.validUntil = stored.validUntil;
        record.addedAt = stored.addedAt;
        record.revoked = stored.revokedAt != Validity.NEVER;
        record.revokedAt = record.revoked ? stored.revokedAt : 0;
        record.predecessor = _predecessors[attesterId];
        record.successor = _successors[attesterId];
    }

    /// @inheritdoc IAttesterRegistry
    function attesterCount() external view returns (uint256 count) {
        count = _attesterIds.length;
    }

    /// @inheritdoc IAttesterRegistry
    function attesters(uint256 offset, uint256 limit) external view returns (bytes32[] memory attesterIds) {
        attesterIds = _attesterIds.read(offset, limit);
    }

    /// @inheritdoc IAttesterRegistry
    function successionDigestOf(bytes32 attesterId, bytes32 successorId) public view returns (bytes32 digest) {
        digest = _hashTypedDataV4(AttesterHash.ofSuccession(attesterId, successorId));
    }

    /// @inheritdoc IAttesterRegistry
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
            interfaceId == type(IAttesterRegistry).interfaceId ||
            interfaceId == type(IAttesterMeasurements).interfaceId ||
            interfaceId == type(IAttesterLife).interfaceId ||
            interfaceId == type(IVersioned).interfaceId ||
            interfaceId == type(IERC5267).interfaceId ||
            super.supportsInterface(interfaceId);
    }

    function _add(AttesterInput calldata attester) private returns (bytes32 attesterId) {
        SignerKind signerKind = _requireWellFormed(attester);
        AttesterInput memory admitted = attester;
        admitted.validFrom = Validity.beginOf(attester.validFrom, attester.validUntil);
        attesterId = keccak256(attester.signer);
        StoredAttester storage stored = _attesters[attesterId];
        if (stored.validUntil != 0) revert AttesterRegistryAlreadyAdded(attesterId);
        uint64 approvalId = admitted.measurement == 0 ? 0 : _requireApproved(admitted.measurement, admitted.validFrom);

        bool held = signerKind == SignerKind.Key;
        stored.holder = held ? SSTORE2.write(admitted.signer) : address(bytes20(attester.signer));
        stored.signerKind = signerKind;
        stored.addedAt = uint64(block.timestamp);
        stored.validFrom = admitted.validFrom;
        stored.validUntil = admitted.validUntil;
        stored.revokedAt = Validity.NEVER;
        stored.approvalId = approvalId;
        stored.measurement = admitted.measurement;
        stored.document = admitted.document;
        stored.kind = admitted.kind;
        stored.endpoint = admitted.endpoint;
        _attesterIds.push(attesterId);
        emit AttesterAdded(attesterId, admitted, signerKind, approvalId);
    }

    /// @inheritdoc AttesterLife
    function _requireAlive(bytes32 attesterId, bytes32 digest, bytes calldata seal) internal view override {
        (uint64 validFrom, uint64 validUntil) = _knownInterval(attesterId);
        if (block.timestamp < validFrom || block.timestamp >= validUntil) {
            revert AttesterRegistryNotValid(attesterId, validFrom, validUntil);
        }
        _requireSigned(attesterId, digest, seal);
    }

    function _requireSigned(bytes32 attesterId, bytes32 digest, bytes calldata seal) private view {
        (bytes memory signer, SignerKind signerKind) = _signer(_attesters[attesterId]);
        if (!Signers.isSigned(signer, signerKind, digest, seal)) {
            revert AttesterRegistryInvalidSignature(attesterId, digest);
        }
    }

    /// @dev Every attester has an end.
    function _known(bytes32 attesterId) private view returns (StoredAttester storage stored) {
        stored = _attesters[attesterId];
        if (stored.validUntil == 0) revert AttesterRegistryUnknownAttester(attesterId);
    }

    function _knownInterval(bytes32 attesterId) private view returns (uint64 validFrom, uint64 validUntil) {
        bool known;
        (validFrom, validUntil, known) = _interval(attesterId);
        if (!known) revert AttesterRegistryUnknownAttester(attesterId);
    }

    function _interval(bytes32 attesterId) private view returns (uint64 validFrom, uint64 validUntil, bool known) {
        StoredAttester storage stored = _attesters[attesterId];
        validFrom = stored.validFrom;
        validUntil = stored.validUntil;
        known = validUntil != 0;
        uint64 revokedAt = stored.revokedAt;
        if (revokedAt < validUntil) validUntil = revokedAt;
        uint64 approvalId = stored.approvalId;
        if (approvalId == 0) return (validFrom, validUntil, known);
        uint64 approvedUntil = _endOf(approvalId);
        if (approvedUntil < validUntil) validUntil = approvedUntil;
    }

    function _signer(StoredAttester storage stored) private view returns (bytes memory signer, SignerKind signerKind) {
        (address holder, SignerKind kind) = (stored.holder, stored.signerKind);
        signer = kind == SignerKind.Key ? SSTORE2.read(holder) : abi.encodePacked(holder);
        signerKind = kind;
    }

    function _requireWellFormed(AttesterInput calldata attester) private view returns (SignerKind signerKind) {
        uint256 length = attester.signer.length;
        bool sized = length >= Signers.ADDRESS_LENGTH && length <= LONGEST_SIGNER;
        if (!sized || address(bytes20(attester.signer)) == address(0)) {
            revert AttesterRegistryInvalidSigner(attester.signer);
        }
        signerKind = Signers.kindOf(attester.signer);
        address verifier = address(bytes20(attester.signer));
        if (signerKind == SignerKind.Key && verifier.code.length == 0) {
            revert AttesterRegistrySignerWithoutCode(verifier);
        }
        if (!Names.isTag(attester.kind)) revert AttesterRegistryInvalidKind(attester.kind);
        _requireWhole(attester.document);
        Validity.requireShort(attester.endpoint);
    }

    function _requireWhole(BlobRef calldata document) private pure {
        if (!BlobRefs.isComplete(document) && !BlobRefs.isEmpty(document)) {
            revert AttesterRegistryIncompleteDocument(document);
        }
    }
}
