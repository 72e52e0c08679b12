// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title Bytes kept as the code of an account
/// @notice For more than two words cheaper to write and to read than slots, see docs/decisions/0112. The first byte of the code is STOP, so that
/// nobody can run it.
library StoredBytes {
    /// @dev Returns all that follows it as code: `codecopy(0, 11, codesize() - 11)`, `return(0, codesize() - 11)`; then STOP.
    bytes private constant PREFIX = hex"600b380380600b5f395ff300";

    /// @notice The account could not be created.
    error StoredBytesNotWritten();

    /// @notice Keeps bytes for good.
    /// @return holder Where they are.
    function write(bytes memory data) internal returns (address holder) {
        bytes memory creation = bytes.concat(PREFIX, data);
        // holder = address(new Contract()), with `creation` as its creation code.
        assembly ("memory-safe") {
            holder := create(0, add(creation, 0x20), mload(creation))
        }
        if (holder == address(0)) revert StoredBytesNotWritten();
    }

    /// @notice The bytes kept at `holder`, which `write` returned.
    function read(address holder) internal view returns (bytes memory data) {
        data = new bytes(holder.code.length - 1);
        // data = holder.code[1:]
        assembly ("memory-safe") {
            extcodecopy(holder, add(data, 0x20), 1, mload(data))
        }
    }
}
