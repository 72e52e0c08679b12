// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title Grammars of names, labels and tags
/// @notice All characters of a word are compared at once: a set is the number in which the highest bit of byte i is set when
/// character i of the word belongs to it. Such sets are joined by `|`, and a text is of a set when that has the bits of just its
/// characters. One character after the other would cost 110 gas each, and a label of 31 characters more than a publish may cost.
library Names {
    /// @dev 1 in every byte, and the highest bit of every byte.
    uint256 private constant ONES = 0x0101010101010101010101010101010101010101010101010101010101010101;
    uint256 private constant HIGHS = 0x8080808080808080808080808080808080808080808080808080808080808080;

    bytes32 private constant LATEST = "latest";

    /// @notice Whether a text is 1-64 characters of `[a-z0-9._-]`.
    function isName(string calldata text) internal pure returns (bool) {
        uint256 length = bytes(text).length;
        if (length == 0 || length > 64) return false;
        uint256 first = uint256(bytes32(bytes(text)));
        if (length <= 32) return _isAscii(first) && _inName(first) == _all(length);
        uint256 second = uint256(bytes32(bytes(text)[32:]));
        return _isAscii(first | second) && _inName(first) == HIGHS && _inName(second) == _all(length - 32);
    }

    /// @notice Whether a text is 1-31 characters of `[a-z0-9._-]` that begin with a letter, and not `latest`.
    function isTag(string calldata text) internal pure returns (bool) {
        uint256 word = uint256(bytes32(bytes(text)));
        if (!_isShort(text) || !_isAscii(word) || _inName(word) != _all(bytes(text).length)) return false;
        return _inRange(word, "a", "z") >> 255 == 1 && bytes32(word) != LATEST;
    }

    /// @notice Whether a text is 1-31 characters of `[A-Za-z0-9._+-]`, neither digits alone nor `latest`.
    function isLabel(string calldata text) internal pure returns (bool) {
        uint256 word = uint256(bytes32(bytes(text)));
        if (!_isShort(text) || !_isAscii(word)) return false;
        uint256 all = _all(bytes(text).length);
        if (_inName(word) | _inRange(word, "A", "Z") | _inRange(word, "+", "+") != all) return false;
        return _inRange(word, "0", "9") != all && bytes32(word) != LATEST;
    }

    function _isShort(string calldata text) private pure returns (bool) {
        return bytes(text).length != 0 && bytes(text).length < 32;
    }

    function _isAscii(uint256 word) private pure returns (bool) {
        return word & HIGHS == 0;
    }

    /// @dev The set of all characters of a text that has `length` of them, at most 32, in its word.
    function _all(uint256 length) private pure returns (uint256) {
        return HIGHS & ~(type(uint256).max >> (length << 3));
    }

    /// @dev Those of `[a-z0-9._-]`; `-` and `.` are neighbours.
    function _inName(uint256 word) private pure returns (uint256) {
        return
            _inRange(word, "a", "z") | _inRange(word, "0", "9") | _inRange(word, "-", ".") | _inRange(word, "_", "_");
    }

    /// @dev The characters from `lowest` to `highest` in a word of ASCII. No padding is among them unless `lowest` is NUL.
    function _inRange(uint256 word, bytes1 lowest, bytes1 highest) private pure returns (uint256) {
        // Every byte is below 0x80, and so is what is added to it at most 0x80: no byte reaches the next one.
        unchecked {
            uint256 fromLowest = word + ONES * (0x80 - uint8(lowest));
            uint256 beyondHighest = word + ONES * (0x7f - uint8(highest));
            return fromLowest & ~beyondHighest & HIGHS;
        }
    }
}
