// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {BLS} from "solady/src/utils/ext/ithaca/BLS.sol";
import {Bls12381} from "../../../contracts/libraries/Bls12381.sol";
import {HashToG2} from "../../../contracts/libraries/HashToG2.sol";
import {bound} from "../support/Vm.sol";

/// @title Messages as points against solady's, which was written by others and reduces by MODEXP
contract HashToG2Test {
    function hash(bytes calldata message) external view returns (bytes32 digest) {
        uint256 output = Bls12381.allocate(HashToG2.MEMORY);
        require(HashToG2.hash(message, output) == Bls12381.DONE, "not done");
        assembly ("memory-safe") {
            digest := keccak256(output, 256)
        }
    }

    function outcomeOf(bytes calldata message) external view returns (uint256 outcome) {
        outcome = HashToG2.hash(message, Bls12381.allocate(HashToG2.MEMORY));
    }

    function test_SaysThatGasIsShortBeforeItSpendsIt() external view {
        require(this.outcomeOf{gas: 60_000}("message") == Bls12381.GAS_SHORT, "not short");
        require(this.outcomeOf{gas: 500_000}("message") == Bls12381.DONE, "not done");
    }

    function test_EveryLength() external view {
        bytes memory message = "";
        for (uint256 length = 0; length <= HashToG2.LONGEST; ++length) {
            _agree(message);
            message = abi.encodePacked(message, bytes1(uint8(length)));
        }
    }

    function testFuzz_MessagesAsLongAsThoseOfWalrus(bytes32 word, uint256 length) external view {
        bytes memory message = abi.encodePacked(word, keccak256(abi.encode(word)), word);
        length = bound(length, 39, 72);
        assembly ("memory-safe") {
            mstore(message, length)
        }
        _agree(message);
    }

    function testFuzz_RemaindersAreThoseOfModexp(bytes32 high, bytes32 low) external view {
        _divide(uint256(high), uint256(low));
    }

    /// @dev Multiples of the prime, and what is next to them: where a quotient is too small by one or two.
    function testFuzz_RemaindersAroundMultiplesOfThePrime(uint256 factor, uint256 distance) external view {
        factor = bound(factor, 0, (1 << 131) - 1);
        distance = bound(distance, 0, 4);
        unchecked {
            uint256 other = mulmod(factor, Bls12381.P_LOW, type(uint256).max);
            uint256 low = factor * Bls12381.P_LOW;
            uint256 high = other - low - (other < low ? 1 : 0) + factor * Bls12381.P_HIGH;
            if (distance < 2 && low >= distance) _divide(high, low - distance);
            else if (low + distance >= low) _divide(high, low + distance);
        }
    }

    function test_RemaindersOfTheLeastAndTheGreatest() external view {
        uint256 most = type(uint256).max;
        uint256[5] memory words = [uint256(0), 1, most, most - 1, 1 << 255];
        for (uint256 i = 0; i < 5; ++i) {
            for (uint256 j = 0; j < 5; ++j) _divide(words[i], words[j]);
            _divide(Bls12381.P_HIGH, words[i]);
            _divide(words[i], Bls12381.P_LOW);
        }
        for (uint256 i = 0; i < 3; ++i) _divide(Bls12381.P_HIGH, Bls12381.P_LOW - 1 + i);
    }

    function _divide(uint256 high, uint256 low) private view {
        bytes memory value = abi.encode(high, low);
        (bool success, bytes memory expected) = address(5).staticcall(
            abi.encodePacked(uint256(64), uint256(1), uint256(64), value, uint8(1), Bls12381.P_HIGH, Bls12381.P_LOW)
        );
        uint256 position;
        assembly ("memory-safe") {
            position := add(value, 32)
        }
        HashToG2.reduce(position);
        require(success && keccak256(value) == keccak256(expected), "another remainder");
    }

    function _agree(bytes memory message) private view {
        BLS.G2Point memory point = BLS.hashToG2(message);
        require(this.hash(message) == keccak256(abi.encode(point)), "another point");
    }
}
