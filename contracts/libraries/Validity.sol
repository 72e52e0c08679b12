// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IAttesterRegistry} from "../interfaces/IAttesterRegistry.sol";

/// @title Intervals that begin now or later and whose end only moves back, and the texts that say why
library Validity {
    uint64 internal constant NEVER = type(uint64).max;
    uint256 private constant LONGEST_TEXT = 256;

    /// @notice The beginning of a new interval; 0 stands for now. Reverts for one in the past, and for an interval without length.
    function beginOf(uint64 validFrom, uint64 validUntil) internal view returns (uint64 begin) {
        uint64 now_ = uint64(block.timestamp);
        begin = validFrom == 0 ? now_ : validFrom;
        if (begin < now_ || validUntil <= begin) {
            revert IAttesterRegistry.AttesterRegistryInvalidInterval(validFrom, validUntil, now_);
        }
    }

    /// @notice The latest time at which something may end that is ended now and was to end at `end`.
    function latestEnd(uint64 end) internal view returns (uint64) {
        return earlier(end, uint64(block.timestamp));
    }

    /// @notice The earlier of two times.
    function earlier(uint64 a, uint64 b) internal pure returns (uint64) {
        return a < b ? a : b;
    }

    /// @notice Reverts for a text that is longer than 256 bytes.
    function requireShort(string calldata text) internal pure {
        uint256 length = bytes(text).length;
        if (length > LONGEST_TEXT) revert IAttesterRegistry.AttesterRegistryTextTooLong(length);
    }
}
