// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Bytes} from "@openzeppelin/contracts/utils/Bytes.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

/// @title RSASSA-PSS-VERIFY of RFC 8017, 8.1.2, with SHA-256, MGF1 with SHA-256 and a salt of any length
library RsaPss {
    /// @dev EIP-198.
    address private constant MODEXP = address(0x05);

    /// @dev Bytes of a modulus of 2048 and of 4096 bits.
    uint256 private constant SHORTEST = 256;
    uint256 private constant LONGEST = 512;
    uint256 private constant LONGEST_EXPONENT = 8;

    uint256 private constant HASH_LENGTH = 32;
    bytes1 private constant TRAILER = 0xbc;

    /// @notice Whether `s` is a signature of a message by the key `(e, n)`. Never reverts.
    /// @param messageHash SHA-256 of the message.
    /// @param s The signature.
    /// @param e The exponent, big-endian.
    /// @param n The modulus, big-endian.
    function verify(
        bytes32 messageHash,
        bytes calldata s,
        bytes calldata e,
        bytes calldata n
    ) internal view returns (bool) {
        if (!_isExponent(e) || !_isModulus(n) || s.length != n.length || !_isBelow(s, n)) return false;
        bytes memory input = abi.encodePacked(s.length, e.length, n.length, s, e, n);
        (bool success, bytes memory power) = MODEXP.staticcall(input);
        // A chain without that contract answers with success and nothing.
        if (!success || power.length != n.length) return false;
        return _isEncoded(messageHash, power, Math.log2(uint8(n[0])));
    }

    function _isExponent(bytes calldata e) private pure returns (bool) {
        if (e.length == 0 || e.length > LONGEST_EXPONENT || e[0] == 0) return false;
        bytes1 last = e[e.length - 1];
        return uint8(last) % 2 == 1 && (e.length > 1 || last != 0x01);
    }

    function _isModulus(bytes calldata n) private pure returns (bool) {
        if (n.length < SHORTEST || n.length > LONGEST) return false;
        bytes1 first = n[0];
        return uint8(n[n.length - 1]) % 2 == 1 && (n.length == SHORTEST ? first >= 0x80 : first != 0);
    }

    /// @dev Whether the first of two numbers of the same length is less than the second.
    function _isBelow(bytes calldata a, bytes calldata b) private pure returns (bool) {
        for (uint256 i = 0; i < a.length; i += 32) {
            (bytes32 x, bytes32 y) = (bytes32(a[i:]), bytes32(b[i:]));
            if (x != y) return x < y;
        }
        return false;
    }

    /// @dev EMSA-PSS-VERIFY (9.1.2), in place: a mask over `padding || 0x01 || salt`, a hash `h`, and the trailer. All of it has one bit less
    /// than the modulus, so `topBits` of the first byte; if that is none of them, the encoding begins with the next byte.
    function _isEncoded(bytes32 messageHash, bytes memory encoded, uint256 topBits) private pure returns (bool) {
        if (encoded[encoded.length - 1] != TRAILER || uint8(encoded[0]) >> topBits != 0) return false;
        uint256 start = topBits == 0 ? 1 : 0;
        uint256 end = encoded.length - HASH_LENGTH - 1;
        bytes32 h = _wordAt(encoded, end);

        uint32 counter = 0;
        // The last word may reach into `h` and the trailer, which are not read there again.
        for (uint256 i = start; i < end; i += 32) {
            _setWord(encoded, i, _wordAt(encoded, i) ^ sha256(abi.encodePacked(h, counter)));
            ++counter;
        }
        if (start == 0) encoded[0] &= bytes1(uint8((1 << topBits) - 1));

        uint256 salt = _afterPadding(encoded, start, end);
        if (salt == 0) return false;
        return sha256(abi.encodePacked(bytes8(0), messageHash, Bytes.slice(encoded, salt, end))) == h;
    }

    /// @dev Where the salt begins: after zeros and a 0x01, which stands before `end`. Zero if there is none such.
    function _afterPadding(bytes memory encoded, uint256 start, uint256 end) private pure returns (uint256) {
        for (uint256 i = start; i < end; i += 32) {
            uint256 word = uint256(_wordAt(encoded, i));
            if (word == 0) continue;
            uint256 behind = Math.log256(word);
            uint256 salt = i + 32 - behind;
            return word >> (8 * behind) == 1 && salt <= end ? salt : 0;
        }
        return 0;
    }

    /// @dev The 32 bytes at `offset`. They must lie within `data`.
    function _wordAt(bytes memory data, uint256 offset) private pure returns (bytes32 word) {
        // word = bytes32(data[offset:offset + 32])
        assembly ("memory-safe") {
            word := mload(add(add(data, 0x20), offset))
        }
    }

    /// @dev Replaces the 32 bytes at `offset`. They must lie within `data`.
    function _setWord(bytes memory data, uint256 offset, bytes32 word) private pure {
        // data[offset:offset + 32] = word
        assembly ("memory-safe") {
            mstore(add(add(data, 0x20), offset), word)
        }
    }
}
