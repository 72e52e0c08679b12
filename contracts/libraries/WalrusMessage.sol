// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title What a Walrus committee signs about a blob (walrus-core `messages`)
library WalrusMessage {
    // Which message it is. Numbers and not an enum, whose range the compiler would check at every look.
    uint256 internal constant NONE = 0;
    uint256 internal constant CONFIRMATION = 1;
    uint256 internal constant INVALID_BLOB_ID = 2;

    // Intent: type, version 0, application 3 (Walrus). Variant: 0 for a permanent blob, 1 for one that may be deleted.
    uint256 private constant PERMANENT = (40 << 32) | 0x01000300;
    uint256 private constant DELETABLE = (72 << 32) | 0x01000301;
    /// @dev Without variant.
    uint256 private constant INVALID = (39 << 24) | 0x020003;

    /// @notice Reads a message; `NONE` if it is of no known form.
    function read(bytes calldata message) internal pure returns (uint256 kind, uint32 epoch, bytes32 blobId) {
        uint256 head;
        uint256 variant;
        // What a short message lacks is whatever follows it; its length is looked at first.
        assembly ("memory-safe") {
            head := calldataload(message.offset)
            blobId := calldataload(add(message.offset, 7))
            variant := byte(0, calldataload(add(message.offset, 39)))
        }
        // Length, intent and variant, side by side.
        uint256 form = (message.length << 32) | ((head >> 232) << 8) | variant;
        if (form == PERMANENT || form == DELETABLE) kind = CONFIRMATION;
        else if (form >> 8 == INVALID) kind = INVALID_BLOB_ID;
        else return (NONE, 0, 0);
        epoch = _fromLittleEndian(uint32(head >> 200));
    }

    /// @notice The blob that a message of known form is about.
    function blobIdOf(bytes calldata message) internal pure returns (bytes32) {
        return bytes32(message[7:39]);
    }

    function _fromLittleEndian(uint32 value) private pure returns (uint32) {
        value = ((value & 0xff00ff00) >> 8) | ((value & 0x00ff00ff) << 8);
        return (value >> 16) | (value << 16);
    }
}
