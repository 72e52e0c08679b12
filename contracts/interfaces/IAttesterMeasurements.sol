// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.24;

/// @notice Which measurements attesters may have, and for how long. An approval has a number and is of one measurement. An attester
/// belongs to the approval under which it was admitted, and its validity ends with that approval: closing one ends all of its
/// attesters at once, and leaves what they attested before alone. A measurement that is approved once more has a new approval,
/// which gives nothing back to the attesters of the old one.
interface IAttesterMeasurements {
    /// @notice An approval as it stands.
    /// @param measurement What was approved.
    /// @param validFrom From when attesters may have it, in Unix seconds.
    /// @param validUntil Until when, exclusive, as approved; whatever was closed.
    /// @param approvedAt Time of the block that approved it, in Unix seconds.
    /// @param closed Whether it was closed.
    /// @param closedAt From when on its attesters are no longer believed, in Unix seconds; 0 if it was not closed.
    struct MeasurementApproval {
        bytes32 measurement;
        uint64 validFrom;
        uint64 validUntil;
        uint64 approvedAt;
        bool closed;
        uint64 closedAt;
    }

    /// @notice A measurement was approved.
    /// @param approvalId Number of the approval.
    /// @param measurement What was approved.
    /// @param validFrom From when attesters may have it; never 0.
    /// @param validUntil Until when, exclusive.
    /// @param note What it is, for people.
    event MeasurementApproved(
        uint64 indexed approvalId,
        bytes32 indexed measurement,
        uint64 validFrom,
        uint64 validUntil,
        string note
    );

    /// @notice An approval was closed, perhaps for a time that is past.
    /// @param approvalId Number of the approval.
    /// @param measurement Its measurement.
    /// @param closedAt From when on its attesters are no longer believed, in Unix seconds.
    /// @param reason Why, for people.
    event MeasurementClosed(uint64 indexed approvalId, bytes32 indexed measurement, uint64 closedAt, string reason);

    /// @notice Zero stands for no measurement and needs no approval.
    error AttesterRegistryEmptyMeasurement();

    /// @notice The newest approval of the measurement has not ended yet.
    /// @param measurement The measurement.
    /// @param approvalId Number of that approval.
    error AttesterRegistryAlreadyApproved(bytes32 measurement, uint64 approvalId);

    /// @notice The measurement is not approved at the time at which the attester's validity is to begin.
    /// @param measurement The measurement.
    /// @param time That time, in Unix seconds.
    error AttesterRegistryMeasurementNotApproved(bytes32 measurement, uint64 time);

    /// @notice No such approval.
    /// @param approvalId What was asked for.
    error AttesterRegistryUnknownApproval(uint64 approvalId);

    /// @notice A closing is never for the future, and never later than an earlier one.
    /// @param approvalId Number of the approval.
    /// @param closedAt The time as given.
    /// @param latest The latest time allowed.
    error AttesterRegistryClosingTooLate(uint64 approvalId, uint64 closedAt, uint64 latest);

    /// @notice Approves a measurement. Only for those whom the access manager lets.
    /// @param measurement What an attester may run: for an enclave, a hash over its image's measurements. Not zero.
    /// @param validFrom From when on, in Unix seconds, never before its block; 0 for the time of the block.
    /// @param validUntil Until when, in Unix seconds, exclusive.
    /// @param note What it is, for people: at most 256 bytes, kept in the event only.
    /// @return approvalId Number of the approval, counted from 1.
    function approveMeasurement(
        bytes32 measurement,
        uint64 validFrom,
        uint64 validUntil,
        string calldata note
    ) external returns (uint64 approvalId);

    /// @notice Closes an approval from a time on, and with it the validity of all its attesters. Only for those whom the access
    /// manager lets. Again, and for an earlier time, if more comes to light.
    /// @param approvalId Number of the approval.
    /// @param closedAt From when on its attesters are no longer believed, in Unix seconds; not after the block.
    /// @param reason Why, for people: at most 256 bytes, kept in the event only.
    function closeApproval(uint64 approvalId, uint64 closedAt, string calldata reason) external;

    /// @notice The newest approval of a measurement, ended or not.
    /// @param measurement The measurement.
    /// @return approvalId Its number; 0 if there is none.
    function newestApproval(bytes32 measurement) external view returns (uint64 approvalId);

    /// @notice An approval as it stands; reverts if there is none.
    /// @param approvalId Number of the approval.
    /// @return approval The approval.
    function approvalOf(uint64 approvalId) external view returns (MeasurementApproval memory approval);

    /// @notice How many approvals there were, the closed and expired ones included.
    /// @return count Their number, which is the newest approval's.
    function approvalCount() external view returns (uint256 count);

    /// @notice A page of all approvals, in the order of their numbers.
    /// @param offset How many to skip.
    /// @param limit How many to return; more than 500 count as 500.
    /// @return page The page; shorter or empty at the end.
    function approvals(uint256 offset, uint256 limit) external view returns (MeasurementApproval[] memory page);
}
