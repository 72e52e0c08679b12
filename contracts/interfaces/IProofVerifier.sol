// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.24;

import {Proof} from "./Proof.sol";

/// @notice Checks one kind of seal. Anyone may deploy one; a proof names its verifier and the consumer decides whether
/// to accept it. Implementations should answer ERC-165 for this interface; the registry goes by the magic value alone.
interface IProofVerifier {
    /// @notice The kind of proof that this contract checks, for people and indexers.
    /// @return The name, for example `attested-signature`.
    function proofSystem() external view returns (string memory);

    /// @notice Checks that `seal` backs `proof`.
    /// @dev Must depend on `digest` for replay protection: it binds the chain, the registry and the whole proof. Must
    /// revert or return another value when the seal does not hold. Exactly 32 bytes are accepted as an answer.
    /// @param digest EIP-712 digest of the proof under the calling registry's domain.
    /// @param proof The proof itself.
    /// @param anchoredAt The chain's own time for the proof, in Unix seconds: the block of its record or of its batch.
    /// @param seal What is checked: a signature, a zero-knowledge proof.
    /// @return magic `IProofVerifier.verify.selector` if the seal holds.
    function verify(
        bytes32 digest,
        Proof calldata proof,
        uint64 anchoredAt,
        bytes calldata seal
    ) external view returns (bytes4 magic);
}
