// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.24;

import {IProofVerifier} from "./IProofVerifier.sol";
import {IVersioned} from "./IVersioned.sol";
import {VerifyingKey} from "./VerifyingKey.sol";

/// @notice Accepts a proof whose seal is a Groth16 proof over BN254 that a circuit's constraints hold: one contract for one
/// circuit, which stands for one version of one model. The seal is 256 bytes, A, B and C as EIP-196 and EIP-197 write
/// points, then what the kind of verifier lets the seal show.
///
/// The circuit's first two public inputs are the upper and the lower 128 bits of the proof's digest, so a zk proof is for
/// one statement, one evidence, one registry and one chain. The others come from the statement.
///
/// From a Groth16 proof anyone can make others for the same inputs (take A and B times r and 1 / r; -A and -B, say).
/// Here that gives nothing: the proof id does not depend on the seal, a proof id is recorded once, and what all those
/// seals say is the same. Seals are therefore no names of anything, and who sees one can send it: no right follows.
///
/// There is no attester, and the proof must name none: nobody signed, and a name could be anyone's. There are no
/// withdrawals either, as anyone may have made the proof.
///
/// Who chose the verifying key's secrets can prove anything. Whether a key is a circuit's, and how it came about, is for
/// whoever accepts this verifier to judge; only keys that are plainly broken are refused at deployment.
interface IGroth16Verifier is IProofVerifier, IVersioned {
    /// @notice One version of a model, as statements name it.
    /// @param modelId The model.
    /// @param modelVersion Its version.
    /// @param manifestHash SHA-256 of that version's manifest.
    struct ModelVersion {
        bytes32 modelId;
        uint32 modelVersion;
        bytes32 manifestHash;
    }

    /// @notice The statement is about another model, version or manifest than the circuit.
    /// @param found What the statement says.
    /// @param expected What the verifier is for.
    error Groth16VerifierOtherModelVersion(ModelVersion found, ModelVersion expected);

    /// @notice The proof names an attester, and there is none.
    /// @param attesterId What it names.
    error Groth16VerifierAttesterNamed(bytes32 attesterId);

    /// @notice The proof says that it was produced after the chain saw it.
    /// @param producedAt When it was produced, as the proof says.
    /// @param anchoredAt Anchor time.
    error Groth16VerifierProducedLater(uint64 producedAt, uint64 anchoredAt);

    /// @notice The proof says that it was produced too long before the chain saw it.
    /// @param producedAt When it was produced, as the proof says.
    /// @param anchoredAt Anchor time.
    /// @param maxDelay The longest distance in seconds.
    error Groth16VerifierTooLate(uint64 producedAt, uint64 anchoredAt, uint64 maxDelay);

    /// @notice The seal has another length.
    /// @param length Its length in bytes.
    /// @param expected The one length accepted.
    error Groth16VerifierSealLength(uint256 length, uint256 expected);

    /// @notice A coordinate of a point in the seal is not below the field's modulus.
    /// @param index Its place: A, then B, then C, word by word from 0.
    /// @param coordinate Its value.
    error Groth16VerifierCoordinateTooLarge(uint256 index, uint256 coordinate);

    /// @notice A public input is not below the order of the groups, so another one would stand for the same.
    /// @param index Its place among the public inputs, from 0.
    /// @param input Its value.
    error Groth16VerifierInputTooLarge(uint256 index, uint256 input);

    /// @notice A, B or C is no point of its group (or too little gas was given to tell).
    /// @param digest What the seal should prove.
    error Groth16VerifierNotPoints(bytes32 digest);

    /// @notice The seal's points do not prove this digest and this statement.
    /// @param digest What the seal should prove.
    error Groth16VerifierInvalidProof(bytes32 digest);

    /// @notice The precompiled contract failed on valid points: this chain lacks it, or too little gas was given.
    /// @param precompile Its address.
    error Groth16VerifierPrecompileFailed(address precompile);

    /// @notice The verifying key is for another number of public inputs.
    /// @param length Length of its `ic`.
    /// @param expected The length for this kind of verifier.
    error Groth16VerifierKeyLength(uint256 length, uint256 expected);

    /// @notice A point of the verifying key is the identity, or not in its group.
    /// @param index Its place: alpha, beta, gamma, delta, then `ic`, from 0.
    error Groth16VerifierKeyPoint(uint256 index);

    /// @notice Two points of the verifying key are equal or opposite, with which proofs can be forged.
    /// @param first Place of the one.
    /// @param second Place of the other.
    error Groth16VerifierKeyRelated(uint256 first, uint256 second);

    /// @notice The version of the model that the circuit stands for.
    /// @return version_ The version.
    function modelVersion() external view returns (ModelVersion memory version_);

    /// @notice The longest distance between production and anchor time, in seconds.
    /// @return delay The distance.
    function maxDelay() external view returns (uint64 delay);

    /// @notice The verifying key, to compare with one that was made from the circuit.
    /// @return key The key.
    function verifyingKey() external view returns (VerifyingKey memory key);
}
