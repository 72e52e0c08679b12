// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title A contract that spends all gas it is given, whatever it is asked
contract BurningVerifier {
    fallback() external {
        assembly {
            invalid()
        }
    }
}
