// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IProofRegistry} from "../../../contracts/interfaces/IProofRegistry.sol";
import {VerifierCall} from "../../../contracts/libraries/VerifierCall.sol";
import {ScriptedVerifier} from "../mocks/ScriptedVerifier.sol";
import {bound, vm} from "../support/Vm.sol";

/// @title The bounded call against the same call in plain Solidity
contract VerifierCallTest {
    bytes4 private constant MAGIC = 0x1badcafe;
    bytes32 private constant DIGEST = keccak256("digest");

    function ask(address verifier, bytes calldata data) external view {
        VerifierCall.requireMagic(verifier, DIGEST, MAGIC, data);
    }

    function testFuzz_AnswersAreJudgedAsPlainSolidityWould(bytes memory answer, bytes calldata data) external {
        _compare(answer, data, false);
    }

    function testFuzz_ReasonsArePassedOnUpTo256Bytes(bytes memory reason, bytes calldata data) external {
        _compare(reason, data, true);
    }

    /// @dev Near the magic value, where any bytes never fall.
    function testFuzz_AnswersNearTheMagicValue(uint256 length, uint256 flipped, bytes calldata data) external {
        bytes memory answer = new bytes(bound(length, 0, 70));
        for (uint256 i = 0; i < 4 && i < answer.length; ++i) answer[i] = MAGIC[i];
        // Every other time one bit is wrong.
        if (flipped % 2 == 0 && answer.length != 0) {
            uint256 bit = (flipped / 2) % (answer.length * 8);
            answer[bit / 8] = answer[bit / 8] ^ bytes1(uint8(1 << (bit % 8)));
        }
        _compare(answer, data, false);
    }

    function test_TheMagicValueIsAccepted() external {
        this.ask(address(new ScriptedVerifier(abi.encode(MAGIC), 32, false)), "data");
    }

    function testFuzz_AccountsWithoutCodeAreRefused(address account) external {
        vm.assume(account.code.length == 0);
        vm.expectRevert(abi.encodeWithSelector(IProofRegistry.ProofRegistryVerifierWithoutCode.selector, account));
        this.ask(account, "data");
    }

    function _compare(bytes memory answer, bytes calldata data, bool reverts) private {
        address verifier = address(new ScriptedVerifier(answer, answer.length, reverts));
        (bool success, bytes memory found) = verifier.staticcall(data);
        require(success != reverts && keccak256(found) == keccak256(answer), "the script is wrong");
        bytes memory expected;
        if (!success) {
            if (found.length > 256) {
                // Shortens the copy in place.
                assembly ("memory-safe") {
                    mstore(found, 256)
                }
            }
            expected = abi.encodeWithSelector(
                IProofRegistry.ProofRegistryVerifierReverted.selector,
                verifier,
                DIGEST,
                found
            );
        } else if (keccak256(found) != keccak256(abi.encode(MAGIC))) {
            expected = abi.encodeWithSelector(
                IProofRegistry.ProofRegistryVerifierRejected.selector,
                verifier,
                DIGEST,
                bytes32(found),
                found.length
            );
        }
        if (expected.length != 0) vm.expectRevert(expected);
        this.ask(verifier, data);
    }
}
