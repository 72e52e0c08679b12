// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {G1Point, G2Point, VerifyingKey} from "../../../contracts/interfaces/VerifyingKey.sol";
import {Bn254} from "../../../contracts/libraries/Bn254.sol";

/// @title A verifying key whose secrets are known, so that anything can be proven without a circuit
/// @notice Points are multiples of the generators by these numbers; of the second group only some are written down here.
library TrapdoorKey {
    uint256 internal constant ALPHA = 11;
    uint256 internal constant BETA = 3;
    uint256 internal constant GAMMA = 5;
    uint256 internal constant DELTA = 7;
    uint256 private constant FIRST_IC = 101;

    function make(uint256 inputs) internal view returns (VerifyingKey memory key) {
        key.alpha = g1(ALPHA);
        key.beta = g2(BETA);
        key.gamma = g2(GAMMA);
        key.delta = g2(DELTA);
        key.ic = new G1Point[](inputs + 1);
        for (uint256 i = 0; i <= inputs; ++i) key.ic[i] = g1(FIRST_IC + i * i);
    }

    /// @notice The one `c` that makes `a`, `b` and `c` times the generators a proof for these inputs.
    function prove(uint256 a, uint256 b, uint256[] memory inputs) internal view returns (uint256 c) {
        uint256 left = mulmod(a, b, Bn254.ORDER);
        uint256 right = addmod(ALPHA * BETA, mulmod(GAMMA, sumOf(inputs), Bn254.ORDER), Bn254.ORDER);
        c = mulmod(addmod(left, Bn254.ORDER - right, Bn254.ORDER), Math.invModPrime(DELTA, Bn254.ORDER), Bn254.ORDER);
    }

    function sumOf(uint256[] memory inputs) internal pure returns (uint256 sum) {
        sum = FIRST_IC;
        for (uint256 i = 0; i < inputs.length; ++i) {
            sum = addmod(sum, mulmod(inputs[i], FIRST_IC + (i + 1) * (i + 1), Bn254.ORDER), Bn254.ORDER);
        }
    }

    function points(uint256 a, uint256 b, uint256 c) internal view returns (bytes memory) {
        return abi.encode(g1(a), g2(b), g1(c));
    }

    function g1(uint256 scalar) internal view returns (G1Point memory product) {
        bool success;
        (success, product) = Bn254.mul(G1Point(1, 2), scalar);
        require(success, "no point");
    }

    /// @dev The identity for 0; 1, 3, 5 and 7 times the generator.
    function g2(uint256 scalar) internal pure returns (G2Point memory) {
        if (scalar == 0) return G2Point([uint256(0), 0], [uint256(0), 0]);
        if (scalar == 1) {
            return
                G2Point(
                    [
                        0x198e9393920d483a7260bfb731fb5d25f1aa493335a9e71297e485b7aef312c2,
                        0x1800deef121f1e76426a00665e5c4479674322d4f75edadd46debd5cd992f6ed
                    ],
                    [
                        0x090689d0585ff075ec9e99ad690c3395bc4b313370b38ef355acdadcd122975b,
                        0x12c85ea5db8c6deb4aab71808dcb408fe3d1e7690c43d37b4ce6cc0166fa7daa
                    ]
                );
        }
        if (scalar == 3) {
            return
                G2Point(
                    [
                        0x1014772f57bb9742735191cd5dcfe4ebbc04156b6878a0a7c9824f32ffb66e85,
                        0x06064e784db10e9051e52826e192715e8d7e478cb09a5e0012defa0694fbc7f5
                    ],
                    [
                        0x021e2335f3354bb7922ffcc2f38d3323dd9453ac49b55441452aeaca147711b2,
                        0x058e1d5681b5b9e0074b0f9c8d2c68a069b920d74521e79765036d57666c5597
                    ]
                );
        }
        if (scalar == 5) {
            return
                G2Point(
                    [
                        0x0a09ccf561b55fd99d1c1208dee1162457b57ac5af3759d50671e510e428b2a1,
                        0x2e539c423b302d13f4e5773c603948eaf5db5df8ae8a9a9113708390a06410d8
                    ],
                    [
                        0x19b763513924a736e4eebd0d78c91c1bc1d657fee4214057d21414011cfcc763,
                        0x2f8d9f9ab83727c77a2fec063cb7b6e5eb23044ccf535ad49d46d394fb6f6bf6
                    ]
                );
        }
        require(scalar == 7, "not written down");
        return
            G2Point(
                [
                    0x2903ba015a9abde26a5d081e84551e63be0fd4516e46ee6d593edeba46362455,
                    0x224bdc5d4327fcf8ed702e01de1c2f1657a253ba75e32a89c390142aaa28b308
                ],
                [
                    0x03c8b7cda6b2dedb7aeeaf5fda464ad17036bea1c4e6f7adbaed1ebe0335e0d8,
                    0x1d92fff52a265017eeccb372e37d7a7bd431800eca28dfd82e21e8054114233f
                ]
            );
    }
}
