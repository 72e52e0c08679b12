// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IProofVerifier} from "../../../contracts/interfaces/IProofVerifier.sol";
import {Proof} from "../../../contracts/interfaces/Proof.sol";

/// @title A verifier of public proofs, as a zero-knowledge one is: whoever has read a seal can send it again
contract OpenVerifier is IProofVerifier {
    /// @inheritdoc IProofVerifier
    function verify(bytes32 digest, Proof calldata, uint64, bytes calldata seal) external pure returns (bytes4 magic) {
        magic = seal.length == 32 && bytes32(seal) == digest ? IProofVerifier.verify.selector : bytes4(0);
    }

    /// @inheritdoc IProofVerifier
    function proofSystem() external pure returns (string memory) {
        return "open";
    }
}
