// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title Grammars of names, labels and tags
/// @notice A set of characters is a number in which bit c is set when the character with code c belongs to the set.
library Names {
    /// @dev `0-9`.
    uint256 private constant DIGITS = 0x3ff << 0x30;
    /// @dev `a-z`.
    uint256 private constant LETTERS = 0x3ffffff << 0x61;
    /// @dev `A-Z`.
    uint256 private constant CAPITALS = 0x3ffffff << 0x41;
    /// @dev `.`, `_` and `-`.
    uint256 private constant MARKS = (1 << 0x2e) | (1 << 0x5f) | (1 << 0x2d);

    uint256 private constant NAME = LETTERS | DIGITS | MARKS;
    uint256 private constant LABEL = NAME | CAPITALS | (1 << 0x2b);

    bytes32 private constant LATEST = "latest";

    /// @notice Whether a text is 1-64 characters of `[a-z0-9._-]`.
    function isName(string calldata text) internal pure returns (bool) {
        uint256 length = bytes(text).length;
        if (length <= 32) return length != 0 && _isOf(bytes32(bytes(text)), length, NAME);
        if (length > 64) return false;
        bytes32 second = bytes32(bytes(text)[32:]);
        return _isOf(bytes32(bytes(text)), 32, NAME) && _isOf(second, length - 32, NAME);
    }

    /// @notice Whether a text is 1-31 characters of `[a-z0-9._-]` that begin with a letter, and not `latest`.
    function isTag(string calldata text) internal pure returns (bool) {
        bytes32 word = bytes32(bytes(text));
        return _isShort(text) && _isOf(word, bytes(text).length, NAME) && _has(LETTERS, word) && word != LATEST;
    }

    /// @notice Whether a text is 1-31 characters of `[A-Za-z0-9._+-]`, neither digits alone nor `latest`.
    function isLabel(string calldata text) internal pure returns (bool) {
        bytes32 word = bytes32(bytes(text));
        uint256 length = bytes(text).length;
        return _isShort(text) && _isOf(word, length, LABEL) && !_isOf(word, length, DIGITS) && word != LATEST;
    }

    function _isShort(string calldata text) private pure returns (bool) {
        return bytes(text).length != 0 && bytes(text).length < 32;
    }

    /// @dev Whether the first `length` characters of a word belong to a set, and are all there are.
    function _isOf(bytes32 word, uint256 length, uint256 characters) private pure returns (bool) {
        uint256 count = 0;
        for (; word != 0; word <<= 8) {
            if (!_has(characters, word)) return false;
            ++count;
        }
        // A text that ends in NUL is longer than what is left of it in the word.
        return count == length;
    }

    /// @dev Whether the first character of a word belongs to a set.
    function _has(uint256 characters, bytes32 word) private pure returns (bool) {
        return (characters >> uint8(bytes1(word))) & 1 == 1;
    }
}
