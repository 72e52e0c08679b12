// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {AttesterRegistry} from "../../contracts/AttesterRegistry.sol";
import {IAttesterRegistry} from "../../contracts/interfaces/IAttesterRegistry.sol";
import {SoleAuthority} from "./mocks/SoleAuthority.sol";
import {bound, vm} from "./support/Vm.sol";

/// @title Admits, rotates, revokes, approves and closes as governors might, and remembers what every attester's interval was
contract AttesterRegistryHandler {
    AttesterRegistry public immutable registry = new AttesterRegistry(address(new SoleAuthority()));

    bytes32[] public attesterIds;
    mapping(bytes32 attesterId => uint64) public begins;
    mapping(bytes32 attesterId => uint64) public ends;
    mapping(bytes32 attesterId => bytes32) public successors;

    uint64 private _time = 1_000_000;

    function pass(uint64 seconds_) external {
        _time += uint64(bound(seconds_, 1, 1000));
        vm.warp(_time);
    }

    function approve(uint256 measurement, uint64 from, uint64 length) external {
        vm.warp(_time);
        from = uint64(bound(from, 0, 300));
        uint64 begin = from == 0 ? _time : _time + from;
        try
            registry.approveMeasurement(
                _measurement(measurement),
                from == 0 ? 0 : begin,
                begin + uint64(bound(length, 1, 5000)),
                ""
            )
        {} catch {}
        _check();
    }

    function close(uint64 approvalId, uint64 back) external {
        vm.warp(_time);
        approvalId = uint64(bound(approvalId, 0, registry.approvalCount()));
        try registry.closeApproval(approvalId, _time - uint64(bound(back, 0, 3000)), "") {} catch {}
        _check();
    }

    function add(uint256 key, uint256 measurement, uint64 length) external {
        vm.warp(_time);
        try registry.add(_input(key, measurement, length)) returns (bytes32 attesterId) {
            _remember(attesterId);
        } catch {}
        _check();
    }

    function rotate(uint256 index, uint256 key, uint256 measurement, uint64 overlap) external {
        if (attesterIds.length == 0) return;
        vm.warp(_time);
        bytes32 attesterId = attesterIds[index % attesterIds.length];
        IAttesterRegistry.AttesterInput memory input = _input(key, measurement, 5000);
        try registry.rotate(attesterId, input, uint64(bound(overlap, 0, 2000)), "") returns (bytes32 successor) {
            require(successors[attesterId] == 0, "a key has two successors");
            successors[attesterId] = successor;
            _remember(successor);
        } catch {}
        _check();
    }

    function revoke(uint256 index, uint64 back) external {
        if (attesterIds.length == 0) return;
        vm.warp(_time);
        try
            registry.revoke(attesterIds[index % attesterIds.length], _time - uint64(bound(back, 0, 3000)), "")
        {} catch {}
        _check();
    }

    function count() external view returns (uint256) {
        return attesterIds.length;
    }

    /// @dev After each call, so that no end moved forward in between.
    function _check() private {
        for (uint256 i = 0; i < attesterIds.length; ++i) {
            bytes32 attesterId = attesterIds[i];
            (uint64 from, uint64 until) = registry.interval(attesterId);
            require(from == begins[attesterId], "a beginning moved");
            require(until <= ends[attesterId], "an end moved forward");
            ends[attesterId] = until;
        }
    }

    function _remember(bytes32 attesterId) private {
        (uint64 from, uint64 until) = registry.interval(attesterId);
        require(from >= _time, "a validity began before its admission");
        attesterIds.push(attesterId);
        (begins[attesterId], ends[attesterId]) = (from, until);
    }

    function _input(
        uint256 key,
        uint256 measurement,
        uint64 length
    ) private view returns (IAttesterRegistry.AttesterInput memory input) {
        input.signer = abi.encodePacked(address(uint160(0xa11ce000 + (key % 12))));
        input.measurement = measurement % 4 == 0 ? bytes32(0) : _measurement(measurement);
        input.kind = "software-key";
        input.validUntil = _time + uint64(bound(length, 1, 5000));
    }

    function _measurement(uint256 seed) private pure returns (bytes32) {
        return bytes32(1 + (seed % 3));
    }
}

/// @title What holds of an attester registry after any sequence of decisions
contract AttesterRegistryInvariants {
    AttesterRegistryHandler private _handler;

    function setUp() external {
        vm.warp(1_000_000);
        _handler = new AttesterRegistryHandler();
    }

    function targetContracts() external view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(_handler);
    }

    function invariant_AValidityLiesWithinItsApprovalAndItsRecord() external view {
        AttesterRegistry registry = _handler.registry();
        for (uint256 i = 0; i < _handler.count(); ++i) {
            bytes32 attesterId = _handler.attesterIds(i);
            (uint64 from, uint64 until) = registry.interval(attesterId);
            IAttesterRegistry.AttesterRecord memory record = registry.attesterOf(attesterId);
            uint64 end = record.validUntil;
            if (record.revoked && record.revokedAt < end) end = record.revokedAt;
            require((record.measurement == 0) == (record.approvalId == 0), "a measurement without an approval");
            if (record.approvalId != 0) {
                IAttesterRegistry.MeasurementApproval memory approval = registry.approvalOf(record.approvalId);
                require(approval.measurement == record.measurement, "another measurement's approval");
                require(approval.validFrom <= from, "valid before its approval");
                if (approval.validUntil < end) end = approval.validUntil;
                if (approval.closed && approval.closedAt < end) end = approval.closedAt;
            }
            require(from == record.validFrom && until == end, "another interval than its parts give");
            require(from < until == registry.wasValid(attesterId, from), "wasValid at the beginning");
            require(!registry.wasValid(attesterId, until), "wasValid at the end");
        }
    }

    function invariant_LinksHoldInBothDirections() external view {
        AttesterRegistry registry = _handler.registry();
        uint256 links = 0;
        uint256 backwards = 0;
        for (uint256 i = 0; i < _handler.count(); ++i) {
            bytes32 attesterId = _handler.attesterIds(i);
            bytes32 successor = registry.attesterOf(attesterId).successor;
            require(successor == _handler.successors(attesterId), "a link was lost or moved");
            if (registry.attesterOf(attesterId).predecessor != 0) ++backwards;
            if (successor == 0) continue;
            ++links;
            require(registry.attesterOf(successor).predecessor == attesterId, "a link in one direction");
        }
        require(links == backwards, "a predecessor without its successor");
        require(registry.attesterCount() == _handler.count(), "an attester was lost");
    }
}
