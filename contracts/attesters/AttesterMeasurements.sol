// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {IAttesterMeasurements} from "../interfaces/IAttesterMeasurements.sol";
import {Pages} from "../libraries/Pages.sol";
import {Validity} from "../libraries/Validity.sol";

/// @title The part of AttesterRegistry that keeps approved measurements
/// @notice See {IAttesterMeasurements}.
abstract contract AttesterMeasurements is IAttesterMeasurements, AccessManaged {
    /// @dev Two slots, of which the first is all that an attester's validity depends on.
    struct StoredApproval {
        uint64 validFrom;
        uint64 validUntil;
        uint64 closedAt;
        uint64 approvedAt;
        bytes32 measurement;
    }

    mapping(uint64 approvalId => StoredApproval) private _approvals;
    mapping(bytes32 measurement => uint64 approvalId) private _newest;
    uint64 private _approvalCount;

    /// @inheritdoc IAttesterMeasurements
    function approveMeasurement(
        bytes32 measurement,
        uint64 validFrom,
        uint64 validUntil,
        string calldata note
    ) external restricted returns (uint64 approvalId) {
        if (measurement == 0) revert AttesterRegistryEmptyMeasurement();
        Validity.requireShort(note);
        validFrom = Validity.beginOf(validFrom, validUntil);
        uint64 newest = _newest[measurement];
        if (newest != 0 && _endOf(newest) > block.timestamp) {
            revert AttesterRegistryAlreadyApproved(measurement, newest);
        }

        approvalId = ++_approvalCount;
        _newest[measurement] = approvalId;
        _approvals[approvalId] = StoredApproval({
            validFrom: validFrom,
            validUntil: validUntil,
            closedAt: Validity.NEVER,
            approvedAt: uint64(block.timestamp),
            measurement: measurement
        });
        emit MeasurementApproved(approvalId, measurement, validFrom, validUntil, note);
    }

    /// @inheritdoc IAttesterMeasurements
    function closeApproval(uint64 approvalId, uint64 closedAt, string calldata reason) external restricted {
        StoredApproval storage stored = _knownApproval(approvalId);
        Validity.requireShort(reason);
        uint64 latest = Validity.latestEnd(stored.closedAt);
        if (closedAt > latest) revert AttesterRegistryClosingTooLate(approvalId, closedAt, latest);

        stored.closedAt = closedAt;
        emit MeasurementClosed(approvalId, stored.measurement, closedAt, reason);
    }

    /// @inheritdoc IAttesterMeasurements
    function newestApproval(bytes32 measurement) external view returns (uint64 approvalId) {
        approvalId = _newest[measurement];
    }

    /// @inheritdoc IAttesterMeasurements
    function approvalOf(uint64 approvalId) public view returns (MeasurementApproval memory approval) {
        StoredApproval storage stored = _knownApproval(approvalId);
        bool closed = stored.closedAt != Validity.NEVER;
        approval = MeasurementApproval({
            measurement: stored.measurement,
            validFrom: stored.validFrom,
            validUntil: stored.validUntil,
            approvedAt: stored.approvedAt,
            closed: closed,
            closedAt: closed ? stored.closedAt : 0
        });
    }

    /// @inheritdoc IAttesterMeasurements
    function approvalCount() external view returns (uint256 count) {
        count = _approvalCount;
    }

    /// @inheritdoc IAttesterMeasurements
    function approvals(uint256 offset, uint256 limit) external view returns (MeasurementApproval[] memory page) {
        page = new MeasurementApproval[](Pages.lengthOf(_approvalCount, offset, limit));
        for (uint256 i = 0; i < page.length; ++i) {
            page[i] = approvalOf(uint64(offset + i + 1));
        }
    }

    /// @dev The approval under which an attester is admitted whose validity begins at `time`.
    function _requireApproved(bytes32 measurement, uint64 time) internal view returns (uint64 approvalId) {
        approvalId = _newest[measurement];
        if (approvalId == 0 || time < _approvals[approvalId].validFrom || time >= _endOf(approvalId)) {
            revert AttesterRegistryMeasurementNotApproved(measurement, time);
        }
    }

    /// @dev Until when the attesters of an approval may be valid. Its beginning was checked when they were admitted.
    function _endOf(uint64 approvalId) internal view returns (uint64 end) {
        StoredApproval storage stored = _approvals[approvalId];
        end = stored.validUntil;
        uint64 closedAt = stored.closedAt;
        if (closedAt < end) end = closedAt;
    }

    function _knownApproval(uint64 approvalId) private view returns (StoredApproval storage stored) {
        stored = _approvals[approvalId];
        if (stored.approvedAt == 0) revert AttesterRegistryUnknownApproval(approvalId);
    }
}
