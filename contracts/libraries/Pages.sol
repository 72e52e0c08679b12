// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title Pages of lists
library Pages {
    /// @dev Keeps the answer to one call small enough for any node, whatever the caller asks for.
    uint256 internal constant MAXIMUM = 500;

    /// @notice How many entries a page has.
    /// @param total Length of the list.
    /// @param offset How many entries to skip.
    /// @param limit How many entries were asked for.
    function lengthOf(uint256 total, uint256 offset, uint256 limit) internal pure returns (uint256) {
        if (offset >= total) return 0;
        uint256 rest = total - offset;
        uint256 most = limit < MAXIMUM ? limit : MAXIMUM;
        return rest < most ? rest : most;
    }

    /// @notice A page of a list of ids.
    function read(bytes32[] storage list, uint256 offset, uint256 limit) internal view returns (bytes32[] memory page) {
        page = new bytes32[](lengthOf(list.length, offset, limit));
        for (uint256 i = 0; i < page.length; ++i) {
            page[i] = list[offset + i];
        }
    }
}
