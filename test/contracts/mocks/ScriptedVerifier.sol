// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title A verifier that answers every call with the same bytes, however wrong
contract ScriptedVerifier {
    bytes private _answer;
    uint256 private immutable _length;
    bool private immutable _reverts;

    /// @param answer What the answer begins with.
    /// @param length How long it is; what `answer` leaves open is zero.
    /// @param reverts Whether to revert with it.
    constructor(bytes memory answer, uint256 length, bool reverts) {
        _answer = answer;
        _length = length;
        _reverts = reverts;
    }

    fallback() external {
        bytes memory answer = _answer;
        uint256 length = _length;
        bool reverts = _reverts;
        assembly {
            let start := add(answer, 0x20)
            switch reverts
            case 0 {
                return(start, length)
            }
            default {
                revert(start, length)
            }
        }
    }
}
