// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Pages} from "./Pages.sol";

/// @title A set of accounts that can be paged through
library AccountSet {
    /// @dev Where an account stands in the list, from 1; 0 if it is not in the set.
    struct Set {
        address[] list;
        mapping(address account => uint256) position;
    }

    /// @notice Whether the set was without the account before.
    function add(Set storage set, address account) internal returns (bool added) {
        if (contains(set, account)) return false;
        set.list.push(account);
        set.position[account] = set.list.length;
        return true;
    }

    /// @notice Whether the set had the account before. The last account takes its place.
    function remove(Set storage set, address account) internal returns (bool removed) {
        uint256 position = set.position[account];
        if (position == 0) return false;
        address last = set.list[set.list.length - 1];
        set.list[position - 1] = last;
        set.position[last] = position;
        delete set.position[account];
        set.list.pop();
        return true;
    }

    /// @notice Whether the set has the account.
    function contains(Set storage set, address account) internal view returns (bool) {
        return set.position[account] != 0;
    }

    /// @notice A page of the set.
    function read(Set storage set, uint256 offset, uint256 limit) internal view returns (address[] memory page) {
        page = new address[](Pages.lengthOf(set.list.length, offset, limit));
        for (uint256 i = 0; i < page.length; ++i) {
            page[i] = set.list[offset + i];
        }
    }
}
