// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Pages} from "../../../contracts/libraries/Pages.sol";
import {bound} from "../support/Vm.sol";

/// @title Pages against counting by hand
contract PagesTest {
    using Pages for bytes32[];

    bytes32[] private _list;

    constructor() {
        for (uint256 i = 0; i < 20; ++i) _list.push(keccak256(abi.encode(i)));
    }

    function testFuzz_LengthIsWhatRemainsWithinTheLimits(uint64 total, uint64 offset, uint64 limit) external pure {
        uint256 length = Pages.lengthOf(total, offset, limit);
        require(length <= limit && length <= Pages.MAXIMUM, "above a limit");
        require(length == 0 || uint256(offset) + length <= total, "past the end");
        bool full = length == limit || length == Pages.MAXIMUM;
        require(
            full || uint256(offset) + length == total || (length == 0 && offset >= total),
            "shorter than it could be"
        );
    }

    function testFuzz_NoNumberOverflows(uint256 total, uint256 offset, uint256 limit) external pure {
        require(Pages.lengthOf(total, offset, limit) <= Pages.MAXIMUM, "above the limit");
    }

    function testFuzz_ReadsTheEntriesInOrder(uint256 offset, uint256 limit) external view {
        offset = bound(offset, 0, 25);
        limit = bound(limit, 0, 25);
        bytes32[] memory page = _list.read(offset, limit);
        require(page.length == Pages.lengthOf(20, offset, limit), "length");
        for (uint256 i = 0; i < page.length; ++i) require(page[i] == keccak256(abi.encode(offset + i)), "entry");
    }
}
