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

    bytes32 private constant LATEST = keccak256("latest");

    /// @notice Whether a text is 1-64 characters of `[a-z0-9._-]`.
    function isName(string calldata text) internal pure returns (bool) {
        return _isOf(text, 64, NAME);
    }

    /// @notice Whether a text is 1-31 characters of `[a-z0-9._-]` that begin with a letter, and not `latest`.
    function isTag(string calldata text) internal pure returns (bool) {
        return _isOf(text, 31, NAME) && _has(LETTERS, bytes(text)[0]) && !_isLatest(text);
    }

    /// @notice Whether a text is 1-31 characters of `[A-Za-z0-9._+-]`, neither digits alone nor `latest`.
    function isLabel(string calldata text) internal pure returns (bool) {
        return _isOf(text, 31, LABEL) && !_isOf(text, 31, DIGITS) && !_isLatest(text);
    }

    function _isLatest(string calldata text) private pure returns (bool) {
        return keccak256(bytes(text)) == LATEST;
    }

    function _isOf(string calldata text, uint256 longest, uint256 characters) private pure returns (bool) {
        uint256 length = bytes(text).length;
        if (length == 0 || length > longest) return false;
        for (uint256 i = 0; i < length; ++i) {
            if (!_has(characters, bytes(text)[i])) return false;
        }
        return true;
    }

    function _has(uint256 characters, bytes1 character) private pure returns (bool) {
        return (characters >> uint8(character)) & 1 == 1;
    }
}
