// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {AttesterRegistry} from "../../contracts/AttesterRegistry.sol";
import {IAttesterRegistry} from "../../contracts/interfaces/IAttesterRegistry.sol";
import {SignerKind} from "../../contracts/interfaces/SignerKind.sol";
import {SoleAuthority} from "./mocks/SoleAuthority.sol";
import {Samples} from "./support/Samples.sol";
import {bound, vm} from "./support/Vm.sol";

contract AttesterRegistryTest {
    uint64 private constant NOW = 1_000_000;

    AttesterRegistry private _registry;

    function setUp() external {
        vm.warp(NOW);
        _registry = new AttesterRegistry(address(new SoleAuthority()));
    }

    function testFuzz_AnAttesterIsValidWithinItsIntervalAndNoLonger(uint64 from, uint64 until, uint64 asked) external {
        from = uint64(bound(from, NOW, type(uint64).max - 1));
        until = uint64(bound(until, uint256(from) + 1, type(uint64).max));
        bytes32 attesterId = _registry.add(_input(from, until));
        require(_registry.wasValid(attesterId, asked) == (from <= asked && asked < until), "valid");
    }

    function testFuzz_AnyOtherIntervalIsRefused(uint64 from, uint64 until) external {
        uint64 begins = from == 0 ? NOW : from;
        vm.assume(begins < NOW || until <= begins);
        vm.expectPartialRevert(IAttesterRegistry.AttesterRegistryInvalidInterval.selector);
        _registry.add(_input(from, until));
    }

    /// @dev Three revocations at any times, asked about at any time: each may only take validity away, and what was
    /// valid before the earliest of them stays so.
    function testFuzz_RevokingOnlyTakesValidityAwayFromItsTimeOn(uint64[3] memory times, uint64 asked) external {
        bytes32 attesterId = _registry.add(_input(NOW, NOW + 1000));
        vm.warp(NOW + 2000);
        uint64 earliest = type(uint64).max;
        for (uint256 i = 0; i < 3; ++i) {
            uint64 time = uint64(bound(times[i], NOW - 100, NOW + 2100));
            bool refused = time > NOW + 2000 || time > earliest;
            if (refused) vm.expectPartialRevert(IAttesterRegistry.AttesterRegistryRevocationTooLate.selector);
            _registry.revoke(attesterId, time, "");
            if (!refused) earliest = time;
            asked = uint64(bound(asked, NOW - 200, NOW + 2200));
            bool valid = NOW <= asked && asked < NOW + 1000 && asked < earliest;
            require(_registry.wasValid(attesterId, asked) == valid, "valid");
        }
    }

    function testFuzz_AllReadsAgree(bytes calldata key, uint64 length, bool revoked) external {
        length = uint64(bound(length, 1, 1000));
        IAttesterRegistry.AttesterInput memory input = _input(NOW, NOW + length);
        // Some address with code, as the signer of a key begins with.
        input.signer = abi.encodePacked(key.length == 0 ? address(0xa11ce) : address(this), key);
        vm.assume(input.signer.length <= 1024);
        bytes32 attesterId = _registry.add(input);
        require(attesterId == keccak256(input.signer), "id");
        if (revoked) _registry.revoke(attesterId, NOW, "");
        (bytes memory signer, SignerKind signerKind, uint64 from, uint64 until) = _registry.validity(attesterId);
        (uint64 intervalFrom, uint64 intervalUntil) = _registry.interval(attesterId);
        IAttesterRegistry.AttesterRecord memory record = _registry.attesterOf(attesterId);
        require(keccak256(signer) == attesterId && keccak256(record.signer) == attesterId, "signer");
        SignerKind expected = key.length == 0 ? SignerKind.Account : SignerKind.Key;
        require(signerKind == expected && record.signerKind == expected, "kind of signer");
        require(from == intervalFrom && from == record.validFrom && from == NOW, "from");
        require(until == intervalUntil && until == (revoked ? NOW : NOW + length), "until");
        require(record.validUntil == NOW + length && record.revoked == revoked, "record");
    }

    function testFuzz_StrangersAreRefused(address stranger) external {
        vm.assume(stranger != address(this));
        bytes32 attesterId = _registry.add(_input(NOW, NOW + 1));
        vm.prank(stranger);
        vm.expectPartialRevert(bytes4(keccak256("AccessManagedUnauthorized(address)")));
        _registry.revoke(attesterId, NOW, "");
    }

    function _input(uint64 from, uint64 until) private pure returns (IAttesterRegistry.AttesterInput memory) {
        return
            IAttesterRegistry.AttesterInput({
                signer: abi.encodePacked(address(0xa11ce)),
                measurement: 0,
                kind: "software-key",
                document: Samples.blob(1),
                endpoint: "",
                validFrom: from,
                validUntil: until
            });
    }
}
