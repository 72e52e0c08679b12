// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {SignersBitmap} from "../../../contracts/libraries/SignersBitmap.sol";
import {bound} from "../support/Vm.sol";

/// @title The bitmap against its plain wording, bit by bit
contract SignersBitmapTest {
    function absentOf(bytes calldata data, uint256 start, uint256 members) external pure returns (bool, uint256) {
        return SignersBitmap.absentOf(data, start, members);
    }

    function test_EveryNumberOfMembersAndEveryLength() external view {
        for (uint256 members = 1; members <= 248; members += members < 20 || members > 230 ? 1 : 13) {
            for (uint256 size = 0; size <= 33; ++size) {
                _agree(new bytes(size), "", members);
                bytes memory full = new bytes(size);
                for (uint256 i = 0; i < size; ++i) full[i] = 0xff;
                _agree(full, "before", members);
                if (size != 0) full[size - 1] = bytes1(uint8((1 << (members % 8)) - 1));
                _agree(full, "before", members);
            }
        }
    }

    function testFuzz_AnyBits(bytes32 word, uint256 size, uint256 members, bytes calldata before) external view {
        members = bound(members, 1, 248);
        bytes memory bitmap = new bytes(bound(size, 0, (members + 7) / 8));
        for (uint256 i = 0; i < bitmap.length; ++i) bitmap[i] = word[i];
        _agree(bitmap, before, members);
        // Without the bits that are too many, when there are any.
        if (members % 8 != 0 && bitmap.length == (members + 7) / 8) {
            bitmap[bitmap.length - 1] &= bytes1(uint8((1 << (members % 8)) - 1));
            _agree(bitmap, before, members);
        }
    }

    function _agree(bytes memory bitmap, bytes memory before, uint256 members) private view {
        bool expected = bitmap.length <= (members + 7) / 8;
        uint256 absent = 0;
        for (uint256 i = 0; i < 256; ++i) {
            bool signed = i / 8 < bitmap.length && (uint8(bitmap[i / 8]) >> (i % 8)) & 1 == 1;
            if (i >= members && signed) expected = false;
            if (i < members && !signed) absent |= 1 << (248 - 8 * (i / 8) + (i % 8));
        }
        (bool ok, uint256 found) = this.absentOf(bytes.concat(before, bitmap), before.length, members);
        require(ok == expected, "accepted or not");
        require(!ok || found == absent, "other members");
        _ignoreWhatFollows(ok, found, bytes.concat(before, bitmap), before.length, members);
    }

    /// @dev Whoever encodes a call by hand may let anything stand behind the bytes, where zeros belong.
    function _ignoreWhatFollows(
        bool ok,
        uint256 absent,
        bytes memory data,
        uint256 start,
        uint256 members
    ) private view {
        bytes memory head = abi.encode(uint256(0x60), start, members, data.length);
        bytes memory tail = abi.encodePacked(type(uint256).max);
        (bool called, bytes memory answer) = address(this).staticcall(
            bytes.concat(this.absentOf.selector, head, data, tail)
        );
        require(called && keccak256(answer) == keccak256(abi.encode(ok, absent)), "what follows it counts");
    }
}
