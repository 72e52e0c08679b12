// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.24;

import {Proof} from "./Proof.sol";

/// @notice An optional second face of a verifier. One that lacks it has no withdrawals, so that a verifier whose seals
/// anyone can make or copy cannot be turned against the proofs that name it.
interface IWithdrawalVerifier {
    /// @notice Checks that `seal` is the attester's wish to withdraw `proof`.
    /// @param digest EIP-712 digest of `Withdrawal(bytes32 proofId)` under the calling registry's domain.
    /// @param proof The proof to withdraw.
    /// @param seal What is checked, of the same kind as in `IProofVerifier.verify`.
    /// @return magic `IWithdrawalVerifier.verifyWithdrawal.selector` if the seal holds.
    function verifyWithdrawal(
        bytes32 digest,
        Proof calldata proof,
        bytes calldata seal
    ) external view returns (bytes4 magic);
}
