// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.24;

import {SignatureChecker} from "@openzeppelin/contracts/utils/cryptography/SignatureChecker.sol";
import {ERC165, IERC165} from "@openzeppelin/contracts/utils/introspection/ERC165.sol";
import {IProofVerifier} from "../interfaces/IProofVerifier.sol";
import {Proof} from "../interfaces/Proof.sol";

/// @title Accepts what two of three accounts signed, which ran the inference again within the hour
contract QuorumVerifier is IProofVerifier, ERC165 {
    address[3] public runners;

    constructor(address[3] memory runners_) {
        runners = runners_;
    }

    /// @inheritdoc IProofVerifier
    function verify(
        bytes32 digest,
        Proof calldata proof,
        uint64 anchoredAt,
        bytes calldata seal
    ) external view returns (bytes4) {
        (uint8 first, bytes memory a, uint8 second, bytes memory b) = abi.decode(seal, (uint8, bytes, uint8, bytes));
        uint64 producedAt = proof.statement.producedAt;
        bool timely = producedAt <= anchoredAt && anchoredAt - producedAt <= 1 hours;
        bool both = first < second && _signed(first, digest, a) && _signed(second, digest, b);
        return timely && both && runners[first] != runners[second] ? IProofVerifier.verify.selector : bytes4(0);
    }

    /// @inheritdoc IProofVerifier
    function proofSystem() external pure returns (string memory) {
        return "quorum-of-re-runs";
    }

    /// @inheritdoc IERC165
    function supportsInterface(bytes4 interfaceId) public view override returns (bool) {
        return interfaceId == type(IProofVerifier).interfaceId || super.supportsInterface(interfaceId);
    }

    function _signed(uint8 runner, bytes32 digest, bytes memory signature) private view returns (bool) {
        return SignatureChecker.isValidSignatureNow(runners[runner], digest, signature);
    }
}
