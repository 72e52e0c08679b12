// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {AttesterRegistry} from "../../../contracts/AttesterRegistry.sol";
import {IAttesterRegistry} from "../../../contracts/interfaces/IAttesterRegistry.sol";
import {IProofVerifier} from "../../../contracts/interfaces/IProofVerifier.sol";
import {Proof} from "../../../contracts/interfaces/Proof.sol";
import {AttestedSignatureVerifier} from "../../../contracts/verifiers/AttestedSignatureVerifier.sol";
import {SoleAuthority} from "../mocks/SoleAuthority.sol";
import {Samples} from "../support/Samples.sol";
import {bound, vm} from "../support/Vm.sol";

/// @title The verifier against its conditions written out, at times that lie close together
contract AttestedSignatureVerifierTest {
    uint256 private constant KEY = 0xa77e57;
    uint64 private constant START = 1_000_000;
    uint64 private constant SPAN = 12;
    uint64 private constant MAX_DELAY = 4;

    AttesterRegistry private _attesters;
    AttestedSignatureVerifier private _verifier;

    struct Times {
        uint64 validFrom;
        uint64 validUntil;
        uint64 revokedAt;
        uint64 producedAt;
        uint64 anchoredAt;
    }

    function setUp() external {
        vm.warp(START);
        _attesters = new AttesterRegistry(address(new SoleAuthority()));
        _verifier = new AttestedSignatureVerifier(_attesters, MAX_DELAY);
    }

    function testFuzz_AcceptsJustWhatWasSignedInTime(
        Times memory t,
        bytes32 digest,
        bool revoked,
        bool forged
    ) external {
        t.validFrom = _near(t.validFrom);
        t.validUntil = t.validFrom + 1 + (t.validUntil % SPAN);
        (t.revokedAt, t.producedAt, t.anchoredAt) = (_near(t.revokedAt), _near(t.producedAt), _near(t.anchoredAt));
        bytes32 attesterId = _admit(t.validFrom, t.validUntil);
        vm.warp(START + SPAN);
        if (revoked) _attesters.revoke(attesterId, t.revokedAt, "");

        bool inTime = t.producedAt <= t.anchoredAt && t.anchoredAt - t.producedAt <= MAX_DELAY;
        bool valid = t.validFrom <= t.producedAt && t.anchoredAt < t.validUntil;
        bool expected = inTime && valid && !forged && !(revoked && t.revokedAt <= t.anchoredAt);
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(forged ? KEY + 1 : KEY, digest);
        Proof memory proof = Samples.proof(1, address(_verifier), attesterId, t.producedAt);
        try _verifier.verify(digest, proof, t.anchoredAt, abi.encodePacked(r, s, v)) returns (bytes4 magic) {
            require(expected && magic == IProofVerifier.verify.selector, "accepted");
        } catch {
            require(!expected, "refused");
        }
    }

    function testFuzz_NoOtherBytesAreASeal(bytes calldata seal, bytes32 digest) external {
        bytes32 attesterId = _admit(START, START + 1);
        Proof memory proof = Samples.proof(1, address(_verifier), attesterId, START);
        try _verifier.verify(digest, proof, START, seal) {
            revert("accepted");
        } catch {}
    }

    function _admit(uint64 from, uint64 until) private returns (bytes32 attesterId) {
        attesterId = _attesters.add(
            IAttesterRegistry.AttesterInput({
                signer: abi.encodePacked(vm.addr(KEY)),
                measurement: 0,
                kind: "software-key",
                document: Samples.blob(1),
                endpoint: "",
                validFrom: from,
                validUntil: until
            })
        );
    }

    function _near(uint64 time) private pure returns (uint64) {
        return uint64(bound(time, START, START + SPAN));
    }
}
