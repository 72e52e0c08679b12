// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Create3} from "@openzeppelin/contracts/utils/Create3.sol";
import {IWalrusCommittees} from "../interfaces/IWalrusCommittees.sol";
import {Bls12381} from "./Bls12381.sol";

/// @title A committee in the code of an account
/// @notice The layout stands in {IWalrusCommittees}. The account's address follows from who created it and from source and epoch,
/// so a reader needs no call and no slot to find it. What comes before the keys is read at once (the head), the keys only of
/// those who are asked about.
library CommitteeTable {
    /// @dev So that a table fits into the code of an account (24,576 bytes, EIP-170), and a bitmap into less than a word.
    uint256 internal constant MOST_MEMBERS = 248;
    /// @dev A key: both coordinates without the zeros that precompiles want before them.
    uint256 internal constant KEY_SIZE = 96;
    /// @dev What `sumWithout` writes to: two points, and 32 records.
    uint256 internal constant SUM_MEMORY = 256 + RECORDS_SIZE;

    /// @dev The zero byte, so that nobody can run the table as code.
    uint256 private constant START = 1;
    uint256 private constant TOTAL_OFFSET = 15;
    uint256 private constant HEAD_SIZE = 111;
    /// @dev A key and a weight.
    uint256 private constant RECORD_SIZE = 98;
    /// @dev As many as four bytes of a bitmap speak of are read at once.
    uint256 private constant RECORDS_SIZE = 3136;

    /// @dev The powers of two below 2^32 have different remainders by 37. At that place of these two words stands, in a byte, the
    /// number of the member whose bit it is, of the 32 that four bytes of a bitmap speak of.
    uint256 private constant MEMBER_OF_BIT = 0x001819021a0f03001b080006041300151c1f0900010e07170512141e000d1611;
    uint256 private constant MEMBER_OF_BIT_END = 0x1d0c100b0a000000000000000000000000000000000000000000000000000000;
    uint256 private constant G1ADD = 0x0b;
    uint256 private constant G1ADD_GAS = 1_000;
    /// @dev For each member, who may be absent: an addition, and what is around it.
    uint256 private constant ABSENT_GAS = G1ADD_GAS + 400;

    /// @notice Creates the table of a source and an epoch. Reverts if there is one.
    /// @param total Where minus the sum of all keys lies in memory, as precompiles give it.
    function write(
        address source,
        IWalrusCommittees.Committee calldata committee,
        uint256 total
    ) internal returns (address table) {
        uint256 members = committee.weights.length;
        // Code that returns what follows it: a zero byte and the table.
        bytes memory creation = abi.encodePacked(
            hex"61",
            uint16(START + HEAD_SIZE + RECORD_SIZE * members),
            hex"80600a3d393df300",
            committee.startsAt,
            committee.duration,
            committee.nShards,
            uint8(members),
            Bls12381.unpad(total),
            _records(committee.publicKeys, committee.weights)
        );
        table = Create3.deploy(0, _salt(source, committee.epoch), creation);
    }

    /// @notice Reads the head of a table: where it lies in memory from now on.
    function open(address table) internal view returns (uint256 head) {
        head = Bls12381.allocate(HEAD_SIZE);
        assembly ("memory-safe") {
            extcodecopy(table, head, START, HEAD_SIZE)
        }
    }

    /// @notice How many members there are; 0 if there is no such table.
    function membersOf(uint256 head) internal pure returns (uint256 members) {
        assembly ("memory-safe") {
            members := byte(14, mload(head))
        }
    }

    /// @notice How many shards there are.
    function shardsOf(uint256 head) internal pure returns (uint256 nShards) {
        assembly ("memory-safe") {
            nShards := and(shr(144, mload(head)), 0xffff)
        }
    }

    /// @notice When the epoch began, and how long one lasts.
    function timeOf(uint256 head) internal pure returns (uint64 startsAt, uint256 duration) {
        assembly ("memory-safe") {
            startsAt := shr(192, mload(head))
            duration := and(shr(160, mload(head)), 0xffffffff)
        }
    }

    /// @notice Minus the sum of the keys of all who are not absent, to `key`, and their weight.
    /// @param absent Who is: a bitmap as in a certificate, with bits of members only.
    /// @param key Where to write. Uses `SUM_MEMORY` bytes from there.
    function sumWithout(
        address table,
        uint256 head,
        uint256 absent,
        uint256 key
    ) internal view returns (uint256 outcome, uint256 weight) {
        unchecked {
            weight = shardsOf(head);
            Bls12381.pad(head + TOTAL_OFFSET, key);
            if (absent == 0) return (Bls12381.DONE, weight);
            // For all calls at once: none of those below can be short of what it is given.
            uint256 members = membersOf(head);
            if (!Bls12381.hasGas(members * ABSENT_GAS)) return (Bls12381.GAS_SHORT, 0);
            (bool ok, uint256 lost) = _add(table, members, absent, key);
            return (ok ? Bls12381.DONE : Bls12381.ABSENT, weight - lost);
        }
    }

    /// @notice All keys, one after the other, and all weights.
    function read(address table, uint256 head) internal view returns (bytes memory keys, uint16[] memory weights) {
        uint256 members = membersOf(head);
        keys = new bytes(KEY_SIZE * members);
        weights = new uint16[](members);
        for (uint256 i = 0; i < members; ++i) {
            assembly ("memory-safe") {
                let offset := add(add(START, HEAD_SIZE), mul(i, RECORD_SIZE))
                extcodecopy(table, add(add(keys, 0x20), mul(i, KEY_SIZE)), offset, KEY_SIZE)
                mstore(0x00, 0)
                extcodecopy(table, 0x1e, add(offset, KEY_SIZE), 2)
                mstore(add(add(weights, 0x20), mul(i, 0x20)), mload(0x00))
            }
        }
    }

    /// @notice Where the table of a source and an epoch lies, or will lie.
    function addressOf(address committees, address source, uint32 epoch) internal pure returns (address) {
        return Create3.computeAddress(_salt(source, epoch), committees);
    }

    /// @dev keccak256(abi.encode(source, epoch))
    function _salt(address source, uint32 epoch) private pure returns (bytes32 salt) {
        assembly ("memory-safe") {
            mstore(0x00, shr(96, shl(96, source)))
            mstore(0x20, and(epoch, 0xffffffff))
            salt := keccak256(0x00, 0x40)
        }
    }

    /// @dev For each four bytes of the bitmap, for each bit: key += keys[member], lost += weights[member].
    function _add(
        address table,
        uint256 members,
        uint256 absent,
        uint256 key
    ) private view returns (bool ok, uint256 lost) {
        assembly ("memory-safe") {
            mstore(0x00, MEMBER_OF_BIT)
            // Only the part of scratch memory after it is changed, not the pointer to free memory.
            mstore(0x20, MEMBER_OF_BIT_END)
            // The zeros before the coordinates of the point that is added.
            mstore(add(key, 128), 0)
            mstore(add(key, 192), 0)
            let offset := add(START, HEAD_SIZE)
            let rest := mul(members, RECORD_SIZE)
            for {} absent {} {
                let group := shr(224, absent)
                if group {
                    let size := RECORDS_SIZE
                    if lt(rest, size) {
                        size := rest
                    }
                    extcodecopy(table, add(key, 256), offset, size)
                }
                for {} group {} {
                    let bit := and(group, sub(0, group))
                    group := xor(group, bit)
                    let record := add(add(key, 256), mul(byte(0, mload(mod(bit, 37))), RECORD_SIZE))
                    mcopy(add(key, 144), record, 48)
                    mcopy(add(key, 208), add(record, 48), 48)
                    // A word that ends with the weight; what is above it is cut off in the end.
                    lost := add(lost, mload(add(record, 66)))
                    pop(staticcall(G1ADD_GAS, G1ADD, key, 256, key, 128))
                }
                absent := shl(32, absent)
                offset := add(offset, RECORDS_SIZE)
                rest := sub(rest, RECORDS_SIZE)
            }
            lost := and(lost, 0xffff)
            // All were given good points and enough gas: as the last call went, so did the others. A failed one answers nothing.
            ok := eq(returndatasize(), 128)
        }
    }

    function _records(bytes calldata keys, uint16[] calldata weights) private pure returns (bytes memory records) {
        uint256 members = weights.length;
        records = new bytes(RECORD_SIZE * members);
        for (uint256 i = 0; i < members; ++i) {
            uint256 weight = weights[i];
            assembly ("memory-safe") {
                let record := add(add(records, 0x20), mul(i, RECORD_SIZE))
                // The word that ends with the weight, then the key before it.
                mstore(add(record, 66), weight)
                calldatacopy(record, add(keys.offset, mul(i, KEY_SIZE)), KEY_SIZE)
            }
        }
    }
}
