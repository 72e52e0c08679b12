// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Names} from "../../../contracts/libraries/Names.sol";

/// @title The grammars against their plain wording, character by character
contract NamesTest {
    function isName(string calldata text) external pure returns (bool) {
        return Names.isName(text);
    }

    function isTag(string calldata text) external pure returns (bool) {
        return Names.isTag(text);
    }

    function isLabel(string calldata text) external pure returns (bool) {
        return Names.isLabel(text);
    }

    function test_EveryCharacterAlone() external view {
        for (uint256 code = 0; code < 256; ++code) _agree(string(abi.encodePacked(bytes1(uint8(code)))));
    }

    function test_EveryCharacterAfterALetter() external view {
        for (uint256 code = 0; code < 256; ++code) _agree(string(abi.encodePacked("a", bytes1(uint8(code)))));
    }

    /// @dev All characters are compared at once, so none may be taken for right or wrong because of its neighbours.
    function test_EveryCharacterAtEveryPlace() external view {
        bytes memory neighbours = "azAZ09-_\x7f\x00";
        for (uint256 code = 0; code < 256; ++code) {
            bytes memory text = new bytes(31);
            for (uint256 i = 0; i < 31; ++i) text[i] = neighbours[code % neighbours.length];
            uint256 place = code % 31;
            text[place] = bytes1(uint8(code));
            _agree(string(text));
            for (uint256 i = 0; i < 31; ++i) text[i] = i == place ? bytes1(uint8(code)) : bytes1("a");
            _agree(string(text));
        }
    }

    function testFuzz_OneCharacterAmongLetters(uint8 code, uint256 place, uint256 length) external view {
        bytes memory text = new bytes(1 + (length % 64));
        for (uint256 i = 0; i < text.length; ++i) text[i] = "a";
        text[place % text.length] = bytes1(code);
        _agree(string(text));
    }

    function test_EveryLength() external view {
        bytes memory text = "";
        for (uint256 length = 0; length <= 70; ++length) {
            _agree(string(text));
            text = abi.encodePacked(text, "a");
        }
    }

    function testFuzz_AnyBytes(bytes calldata text) external view {
        _agree(string(text));
    }

    /// @dev Near the grammars, where any bytes hardly ever fall.
    function testFuzz_LikelyCharacters(uint256 seed, uint8 length) external view {
        bytes memory likely = "abzAZ019._-+latest";
        bytes memory text = new bytes(length % 70);
        for (uint256 i = 0; i < text.length; ++i) {
            seed = uint256(keccak256(abi.encode(seed)));
            text[i] = likely[seed % likely.length];
        }
        _agree(string(text));
    }

    function _agree(string memory text) private view {
        bytes memory b = bytes(text);
        bool reserved = keccak256(b) == keccak256("latest");
        bool named = true;
        bool labelled = true;
        bool digits = true;
        for (uint256 i = 0; i < b.length; ++i) {
            bytes1 c = b[i];
            bool digit = c >= "0" && c <= "9";
            bool plain = digit || (c >= "a" && c <= "z") || c == "." || c == "_" || c == "-";
            named = named && plain;
            labelled = labelled && (plain || (c >= "A" && c <= "Z") || c == "+");
            digits = digits && digit;
        }
        bool sized = b.length > 0 && b.length < 32;
        require(this.isName(text) == (named && b.length > 0 && b.length <= 64), "name");
        require(this.isLabel(text) == (labelled && sized && !digits && !reserved), "label");
        require(this.isTag(text) == (named && sized && b[0] >= "a" && b[0] <= "z" && !reserved), "tag");
    }
}
