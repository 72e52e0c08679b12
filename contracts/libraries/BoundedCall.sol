// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title A call to a contract that somebody else chose
/// @notice It cannot change state, and it cannot make its caller pay for a long answer.
library BoundedCall {
    uint256 private constant LONGEST_REASON = 256;

    /// @notice Calls a contract. One without code answers nothing.
    /// @param target The contract.
    /// @param data The call.
    /// @return success Whether it returned.
    /// @return answer The first word of what it returned or reverted with; what is missing is zero.
    /// @return length How many bytes those were.
    function ask(
        address target,
        bytes memory data
    ) internal view returns (bool success, bytes32 answer, uint256 length) {
        // (success, answer) = target.staticcall(data), of whose answer only the first word is copied.
        assembly ("memory-safe") {
            mstore(0x00, 0)
            success := staticcall(gas(), target, add(data, 0x20), mload(data), 0x00, 0x20)
            answer := mload(0x00)
            length := returndatasize()
        }
    }

    /// @notice Whether a contract returns exactly one word, the magic value and zeros.
    /// @param target The contract.
    /// @param magic The one answer accepted.
    /// @param data The call.
    function isAnswered(address target, bytes4 magic, bytes memory data) internal view returns (bool answered) {
        (bool success, bytes32 answer, uint256 length) = ask(target, data);
        answered = success && length == 32 && answer == magic;
    }

    /// @notice What the last call reverted with, up to 256 bytes.
    /// @param length How long that was.
    function reasonOf(uint256 length) internal pure returns (bytes memory reason) {
        if (length > LONGEST_REASON) length = LONGEST_REASON;
        reason = new bytes(length);
        // The first `length` bytes of the last call's answer.
        assembly ("memory-safe") {
            returndatacopy(add(reason, 0x20), 0, length)
        }
    }
}
