// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.24;

import {IProofLens, ProofPolicy} from "../interfaces/IProofLens.sol";
import {IVersioned} from "../interfaces/IVersioned.sol";

/// @notice What adapters to outward standards have in common: they take any verified proof that meets one policy, as the bytes
/// that those standards call a proof. No core contract calls them.
///
/// The bytes are one that says the form, then its encoding: `01 | abi.encode(Statement, bytes32 recordId)` for a recorded
/// proof, `02 | abi.encode(BatchedProof)` for one in a batch.
interface IPolicyAdapter is IVersioned {
    /// @notice The policy names no verifier or no manifest, so it says nothing of who proved what.
    /// @param verifier Its verifier.
    /// @param manifestHash Its manifest.
    error PolicyAdapterOpenPolicy(address verifier, bytes32 manifestHash);

    /// @notice The bytes are of no form that is known here.
    /// @param length How many bytes there are.
    /// @param form The first of them; 0 if there is none.
    error PolicyAdapterUnknownForm(uint256 length, uint8 form);

    /// @notice What a proof must meet.
    /// @return policy_ The policy.
    function policy() external view returns (ProofPolicy memory policy_);

    /// @notice Who judges proofs.
    /// @return lens The contract.
    function proofs() external view returns (IProofLens lens);
}
