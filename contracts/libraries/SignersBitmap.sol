// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title Who signed a certificate
library SignersBitmap {
    /// @notice Who of a committee is absent: bit i, as a certificate counts bits, for member i.
    /// @param data What ends with the bitmap.
    /// @param start Where in `data` the bitmap begins; not past its end.
    /// @param members How many there are, 1 to 248.
    /// @return ok False if the bitmap is longer than this committee's, or names somebody past its last member.
    /// @return absent The absent, first byte first.
    function absentOf(
        bytes calldata data,
        uint256 start,
        uint256 members
    ) internal pure returns (bool ok, uint256 absent) {
        assembly ("memory-safe") {
            let size := sub(data.length, start)
            // All members: whole bytes of ones, then the lowest bits of one byte.
            let whole := and(members, 0xf8)
            let named := not(shr(whole, not(0)))
            named := or(named, shl(sub(248, whole), sub(shl(and(members, 7), 1), 1)))
            // Who signed: a word of which only the bitmap's own bytes count.
            let signed := and(calldataload(add(data.offset, start)), not(shr(mul(size, 8), not(0))))
            absent := xor(named, signed)
            ok := iszero(or(and(signed, not(named)), gt(size, shr(3, add(members, 7)))))
        }
    }
}
