// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {WalrusMessage} from "../../../contracts/libraries/WalrusMessage.sol";
import {bound} from "../support/Vm.sol";

/// @title The messages against their plain wording, byte by byte
contract WalrusMessageTest {
    function read(bytes calldata message) external pure returns (uint256 kind, uint32 epoch, bytes32 blobId) {
        return WalrusMessage.read(message);
    }

    function test_EveryLengthOfEveryForm() external view {
        for (uint256 length = 0; length <= 110; ++length) {
            for (uint256 intent = 0; intent < 4; ++intent) {
                for (uint256 variant = 0; variant < 3; ++variant) {
                    _agree(_message(length, uint24((intent << 16) | 3), uint8(variant), keccak256(abi.encode(length))));
                }
            }
        }
    }

    function testFuzz_AnyBytes(bytes calldata message) external view {
        _agree(message);
    }

    /// @dev Near the forms, where any bytes never fall.
    function testFuzz_OneByteOff(bytes32 seed, uint256 form, uint256 place, bytes1 value) external view {
        uint256[3] memory lengths = [uint256(39), 40, 72];
        form = bound(form, 0, 2);
        bytes memory message = _message(lengths[form], form == 0 ? 0x020003 : 0x010003, uint8(form / 2), seed);
        _agree(message);
        message[bound(place, 0, message.length - 1)] = value;
        _agree(message);
    }

    function _message(uint256 length, uint24 intent, uint8 variant, bytes32 seed) private pure returns (bytes memory) {
        bytes memory message = abi.encodePacked(
            intent,
            bytes4(seed),
            keccak256(abi.encode(seed)),
            variant,
            seed,
            seed,
            seed
        );
        assembly ("memory-safe") {
            mstore(message, length)
        }
        return message;
    }

    function _agree(bytes memory message) private view {
        (uint256 kind, uint32 epoch, bytes32 blobId) = this.read(message);
        uint256 expected = WalrusMessage.NONE;
        bool intent = message.length >= 39 && message[1] == 0 && message[2] == 0x03;
        if (intent && message.length == 39 && message[0] == 0x02) expected = WalrusMessage.INVALID_BLOB_ID;
        if (intent && message.length == 40 && message[0] == 0x01 && message[39] == 0)
            expected = WalrusMessage.CONFIRMATION;
        if (intent && message.length == 72 && message[0] == 0x01 && message[39] == 0x01) {
            expected = WalrusMessage.CONFIRMATION;
        }
        require(kind == expected, "another kind");
        if (kind == WalrusMessage.NONE) return;
        for (uint256 i = 0; i < 4; ++i) require(uint8(epoch >> (8 * i)) == uint8(message[3 + i]), "another epoch");
        for (uint256 i = 0; i < 32; ++i) require(blobId[i] == message[7 + i], "another blob");
    }
}
