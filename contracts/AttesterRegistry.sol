// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {BlobRef} from "./interfaces/BlobRef.sol";
import {IAttesterRegistry} from "./interfaces/IAttesterRegistry.sol";
import {IVersioned} from "./interfaces/IVersioned.sol";
import {BlobRefs} from "./libraries/BlobRefs.sol";
import {Names} from "./libraries/Names.sol";
import {Pages} from "./libraries/Pages.sol";

/// @title AttesterRegistry
/// @notice See {IAttesterRegistry}.
contract AttesterRegistry is IAttesterRegistry, AccessManaged {
    using Pages for bytes32[];

    uint256 private constant LONGEST_TEXT = 256;
    uint256 private constant SHORTEST_SIGNER = 20;
    uint256 private constant LONGEST_SIGNER = 1024;
    uint64 private constant NEVER = type(uint64).max;

    /// @dev The first two slots are all that a verifier needs of an account's key: `bytes` up to 31 take one.
    struct StoredAttester {
        bytes signer;
        uint64 validFrom;
        uint64 validUntil;
        uint64 revokedAt;
        uint64 addedAt;
        bytes32 measurement;
        BlobRef document;
        string kind;
        string endpoint;
    }

    mapping(bytes32 attesterId => StoredAttester) private _attesters;
    bytes32[] private _attesterIds;

    /// @param authority The access manager that says who may add and revoke.
    constructor(address authority) AccessManaged(authority) {}

    /// @inheritdoc IAttesterRegistry
    function add(AttesterInput calldata attester) external restricted returns (bytes32 attesterId) {
        _requireWellFormed(attester);
        uint64 now_ = uint64(block.timestamp);
        AttesterInput memory admitted = attester;
        if (admitted.validFrom == 0) admitted.validFrom = now_;
        if (admitted.validFrom < now_ || admitted.validUntil <= admitted.validFrom) {
            revert AttesterRegistryInvalidInterval(attester.validFrom, attester.validUntil, now_);
        }
        attesterId = keccak256(attester.signer);
        if (_attesters[attesterId].addedAt != 0) revert AttesterRegistryAlreadyAdded(attesterId);

        _attesters[attesterId] = StoredAttester({
            signer: admitted.signer,
            validFrom: admitted.validFrom,
            validUntil: admitted.validUntil,
            revokedAt: NEVER,
            addedAt: now_,
            measurement: admitted.measurement,
            document: admitted.document,
            kind: admitted.kind,
            endpoint: admitted.endpoint
        });
        _attesterIds.push(attesterId);
        emit AttesterAdded(attesterId, admitted);
    }

    /// @inheritdoc IAttesterRegistry
    function revoke(bytes32 attesterId, uint64 revokedAt, string calldata reason) external restricted {
        StoredAttester storage stored = _known(attesterId);
        if (bytes(reason).length > LONGEST_TEXT) revert AttesterRegistryTextTooLong(bytes(reason).length);
        uint64 latest = stored.revokedAt < block.timestamp ? stored.revokedAt : uint64(block.timestamp);
        if (revokedAt > latest) revert AttesterRegistryRevocationTooLate(attesterId, revokedAt, latest);

        stored.revokedAt = revokedAt;
        emit AttesterRevoked(attesterId, revokedAt, reason);
    }

    /// @inheritdoc IAttesterRegistry
    function validity(
        bytes32 attesterId
    ) external view returns (bytes memory signer, uint64 validFrom, uint64 validUntil) {
        StoredAttester storage stored = _known(attesterId);
        (validFrom, validUntil) = _interval(stored);
        signer = stored.signer;
    }

    /// @inheritdoc IAttesterRegistry
    function intervalOf(bytes32 attesterId) external view returns (uint64 validFrom, uint64 validUntil) {
        (validFrom, validUntil) = _interval(_known(attesterId));
    }

    /// @inheritdoc IAttesterRegistry
    function wasValid(bytes32 attesterId, uint64 time) external view returns (bool valid) {
        // Of an unknown attester both are zero, and no time is before zero.
        (uint64 validFrom, uint64 validUntil) = _interval(_attesters[attesterId]);
        valid = validFrom <= time && time < validUntil;
    }

    /// @inheritdoc IAttesterRegistry
    function attesterOf(bytes32 attesterId) external view returns (AttesterRecord memory record) {
        StoredAttester storage stored = _known(attesterId);
        bool revoked = stored.revokedAt != NEVER;
        record = AttesterRecord({
            signer: stored.signer,
            measurement: stored.measurement,
            kind: stored.kind,
            document: stored.document,
            endpoint: stored.endpoint,
            validFrom: stored.validFrom,
            validUntil: stored.validUntil,
            addedAt: stored.addedAt,
            revoked: revoked,
            revokedAt: revoked ? stored.revokedAt : 0
        });
    }

    /// @inheritdoc IAttesterRegistry
    function attesterCount() external view returns (uint256 count) {
        count = _attesterIds.length;
    }

    /// @inheritdoc IAttesterRegistry
    function attesters(uint256 offset, uint256 limit) external view returns (bytes32[] memory attesterIds) {
        attesterIds = _attesterIds.read(offset, limit);
    }

    /// @inheritdoc IVersioned
    function version() external pure returns (string memory) {
        return "1.0.0";
    }

    function _known(bytes32 attesterId) private view returns (StoredAttester storage stored) {
        stored = _attesters[attesterId];
        if (stored.addedAt == 0) revert AttesterRegistryUnknownAttester(attesterId);
    }

    function _interval(StoredAttester storage stored) private view returns (uint64 validFrom, uint64 validUntil) {
        validFrom = stored.validFrom;
        validUntil = stored.validUntil;
        uint64 revokedAt = stored.revokedAt;
        if (revokedAt < validUntil) validUntil = revokedAt;
    }

    function _requireWellFormed(AttesterInput calldata attester) private pure {
        uint256 length = attester.signer.length;
        bool sized = length >= SHORTEST_SIGNER && length <= LONGEST_SIGNER;
        if (!sized || address(bytes20(attester.signer)) == address(0)) {
            revert AttesterRegistryInvalidSigner(attester.signer);
        }
        if (!Names.isTag(attester.kind)) revert AttesterRegistryInvalidKind(attester.kind);
        if (!BlobRefs.isComplete(attester.document) && !BlobRefs.isEmpty(attester.document)) {
            revert AttesterRegistryIncompleteDocument(attester.document);
        }
        uint256 endpointLength = bytes(attester.endpoint).length;
        if (endpointLength > LONGEST_TEXT) revert AttesterRegistryTextTooLong(endpointLength);
    }
}
