// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Bls12381} from "../../../contracts/libraries/Bls12381.sol";
import {bound} from "../support/Vm.sol";

/// @title Points of BLS12-381 in memory against their plain wording
contract Bls12381Test {
    uint256 private constant HIGH = 0x1a0111ea397fe69a4b1ba7b6434bacd7;
    uint256 private constant LOW = 0x64774b84f38512bf6730d2a0f6b0f6241eabfffeb153ffffb9feffffffffaaab;

    function readG1(bytes calldata point) external pure returns (bool sound, bytes memory written) {
        written = new bytes(128);
        sound = Bls12381.readG1(point, _data(written));
    }

    function readG2(bytes calldata point) external pure returns (bool canonical, bytes memory written) {
        written = new bytes(256);
        canonical = Bls12381.readG2(point, _data(written));
    }

    function testFuzz_KeysAreReadAsPlainSolidityWould(
        uint256[2] calldata choices,
        bytes32[4] calldata words
    ) external view {
        bytes memory point = bytes.concat(
            _coordinate(choices[0], words[0], words[1]),
            _coordinate(choices[1], words[2], words[3])
        );
        (bool sound, bytes memory written) = this.readG1(point);
        bytes memory expected = bytes.concat(new bytes(16), _slice(point, 0), new bytes(16), _slice(point, 48));
        require(keccak256(written) == keccak256(expected), "written otherwise");
        bool zero = keccak256(_slice(point, 48)) == keccak256(new bytes(48));
        require(sound == (_isBelow(point, 0) && _isBelow(point, 48) && !zero), "accepted or not");
    }

    function testFuzz_SignaturesAreReadAsPlainSolidityWould(
        uint256[4] calldata choices,
        bytes32[8] calldata words
    ) external view {
        bytes memory point = "";
        bool canonical = true;
        for (uint256 i = 0; i < 4; ++i) {
            point = bytes.concat(point, _coordinate(choices[i], words[2 * i], words[2 * i + 1]));
            canonical = canonical && _isBelow(point, 48 * i);
        }
        (bool found, bytes memory written) = this.readG2(point);
        bytes memory expected = bytes.concat(
            bytes.concat(new bytes(16), _slice(point, 48), new bytes(16), _slice(point, 0)),
            bytes.concat(new bytes(16), _slice(point, 144), new bytes(16), _slice(point, 96))
        );
        require(keccak256(written) == keccak256(expected), "written otherwise");
        require(found == canonical, "accepted or not");
    }

    function testFuzz_PackedAndUnpackedIsTheSame(bytes32[4] calldata words) external pure {
        bytes memory point = bytes.concat(_coordinate(3, words[0], words[1]), _coordinate(3, words[2], words[3]));
        uint256 padded = Bls12381.allocate(128);
        Bls12381.pad(_data(point), padded);
        require(keccak256(Bls12381.unpad(padded)) == keccak256(point), "another point");
    }

    function testFuzz_APointAndItsNegativeHaveYsThatAddUpToThePrime(
        bytes32 x,
        bytes32 high,
        bytes32 low
    ) external pure {
        bytes memory point = bytes.concat(new bytes(32), x, _words(uint256(high) % HIGH, uint256(low)));
        uint256 position = _data(point);
        Bls12381.negate(position);
        (uint256 negatedHigh, uint256 negatedLow) = _y(position);
        uint256 lowSum;
        unchecked {
            lowSum = uint256(low) + negatedLow;
        }
        require(lowSum == LOW, "low");
        require((uint256(high) % HIGH) + negatedHigh + (lowSum < negatedLow ? 1 : 0) == HIGH, "high");
        Bls12381.negate(position);
        (negatedHigh, negatedLow) = _y(position);
        require(negatedHigh == uint256(high) % HIGH && negatedLow == uint256(low), "not back");
    }

    function test_ThePointAtInfinityIsItsOwnNegative() external pure {
        bytes memory point = new bytes(128);
        Bls12381.negate(_data(point));
        require(keccak256(point) == keccak256(new bytes(128)) && Bls12381.isIdentity(_data(point)), "changed");
    }

    function test_GasThatACallGetsIsJudgedBy63Of64Parts() external view {
        require(this.hasGas{gas: 70_000}(60_000), "60000 of 70000");
        require(!this.hasGas{gas: 60_800}(60_000), "60000 of 60800 is 59850 at most");
    }

    function test_ACallThatIsJudgedToHaveItsGasGetsAllOfIt() external view {
        uint256 all = this.left{gas: 60_000}();
        bool seen = false;
        for (uint256 given = 60_900; given < 62_500; given += 9) {
            (bool judged, uint256 got) = this.judge{gas: given}(60_000);
            require(!judged || got == all, "judged to get what it did not");
            seen = seen || judged;
        }
        require(seen, "never enough");
    }

    function judge(uint256 amount) external view returns (bool judged, uint256 got) {
        judged = Bls12381.hasGas(amount);
        got = this.left{gas: amount}();
    }

    function left() external view returns (uint256) {
        return gasleft();
    }

    function hasGas(uint256 amount) external view returns (bool) {
        return Bls12381.hasGas(amount);
    }

    /// @dev 48 bytes: around the prime, flag bits, zero, or anything.
    function _coordinate(uint256 choice, bytes32 high, bytes32 low) private pure returns (bytes memory) {
        choice = choice % 8;
        if (choice == 0) return abi.encodePacked(uint128(HIGH), LOW - 1 + (uint256(low) % 3));
        if (choice == 1) return abi.encodePacked(uint128(HIGH), low);
        if (choice == 2) return abi.encodePacked(uint128(HIGH - 1 + (uint256(high) % 3)), low);
        if (choice == 3) return abi.encodePacked(uint128(uint256(high) % HIGH), low);
        if (choice == 4) return new bytes(48);
        if (choice == 5)
            return abi.encodePacked(uint128((uint256(high) % HIGH) | (1 << (125 + (uint256(low) % 3)))), low);
        return abi.encodePacked(bytes16(high), low);
    }

    function _isBelow(bytes memory point, uint256 offset) private pure returns (bool) {
        bytes memory prime = abi.encodePacked(uint128(HIGH), LOW);
        for (uint256 i = 0; i < 48; ++i) {
            if (point[offset + i] != prime[i]) return point[offset + i] < prime[i];
        }
        return false;
    }

    function _slice(bytes memory data, uint256 offset) private pure returns (bytes memory slice) {
        slice = new bytes(48);
        for (uint256 i = 0; i < 48; ++i) slice[i] = data[offset + i];
    }

    function _words(uint256 high, uint256 low) private pure returns (bytes memory) {
        return abi.encodePacked(high, low);
    }

    function _y(uint256 position) private pure returns (uint256 high, uint256 low) {
        assembly ("memory-safe") {
            high := mload(add(position, 64))
            low := mload(add(position, 96))
        }
    }

    function _data(bytes memory value) private pure returns (uint256 position) {
        assembly ("memory-safe") {
            position := add(value, 32)
        }
    }
}
