// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.24;

import {IAttesterRegistry} from "./IAttesterRegistry.sol";
import {IProofRegistry} from "./IProofRegistry.sol";
import {IVersioned} from "./IVersioned.sol";
import {Proof, Statement} from "./Proof.sol";

/// @notice What a consumer demands of a recorded proof before acting on it.
/// @param verifier The only verifier accepted; must be named, since a proof chooses its own.
/// @param attesters A registry that is asked today whether the attester was valid at anchor time, so that a revocation
/// which was dated back counts. A withdrawal from when on the key is no longer believed does not count. Zero not to ask: then every
/// withdrawal counts.
/// @param attesterIds The attesters accepted; empty for any.
/// @param manifestHash The manifest that the statement must name: the version of the model that was agreed on; zero for any. A
/// record keeps the hash of its statement alone, so only the checks that are given the statement can hold it against this.
/// @param maxAge The greatest age in seconds, from anchor time; 0 for any.
struct ProofPolicy {
    address verifier;
    IAttesterRegistry attesters;
    bytes32[] attesterIds;
    bytes32 manifestHash;
    uint64 maxAge;
}

/// @notice A proof and its place in a batch.
/// @param batchId The batch.
/// @param proof The proof; its evidence has a zero `blobId`.
/// @param offset Where its evidence begins in the bundle.
/// @param length Length of its evidence in bytes.
/// @param merkleProof The leaf's siblings, from the bottom.
/// @param seal What the verifier checks, the very bytes that the leaf commits to.
struct BatchedProof {
    bytes32 batchId;
    Proof proof;
    uint64 offset;
    uint64 length;
    bytes32[] merkleProof;
    bytes seal;
}

/// @notice What consumers ask of a proof, recorded or in a batch. Stateless; the registry never calls it.
interface IProofLens is IVersioned {
    /// @notice The policy names no verifier, so it would accept what anyone made up.
    error ProofLensVerifierMissing();

    /// @notice The proof was checked by another verifier, or by none.
    /// @param recordId The record.
    /// @param found Its verifier.
    /// @param expected The policy's.
    error ProofLensOtherVerifier(bytes32 recordId, address found, address expected);

    /// @notice The proof was withdrawn, and as known today by who might do so.
    /// @param recordId The record.
    /// @param proofId The proof.
    /// @param withdrawnAt When, in Unix seconds.
    error ProofLensWithdrawn(bytes32 recordId, bytes32 proofId, uint64 withdrawnAt);

    /// @notice The proof's attester is none of the policy's.
    /// @param recordId The record.
    /// @param attesterId Its attester.
    error ProofLensOtherAttester(bytes32 recordId, bytes32 attesterId);

    /// @notice As known today, the attester was not valid at anchor time.
    /// @param recordId The record.
    /// @param attesterId Its attester.
    /// @param anchoredAt Its anchor time.
    error ProofLensAttesterNotValid(bytes32 recordId, bytes32 attesterId, uint64 anchoredAt);

    /// @notice The proof is too old.
    /// @param recordId The record.
    /// @param anchoredAt Its anchor time.
    /// @param maxAge The policy's greatest age in seconds.
    error ProofLensTooOld(bytes32 recordId, uint64 anchoredAt, uint64 maxAge);

    /// @notice The proof is of another statement.
    /// @param recordId The record.
    /// @param found Its statement hash.
    /// @param expected Hash of the statement given.
    error ProofLensOtherStatement(bytes32 recordId, bytes32 found, bytes32 expected);

    /// @notice The policy names a manifest, which a record alone cannot be held against.
    /// @param recordId The record.
    /// @param manifestHash The policy's.
    error ProofLensStatementNeeded(bytes32 recordId, bytes32 manifestHash);

    /// @notice The proof speaks of another manifest, so of another version or model.
    /// @param proofId The proof, or its record.
    /// @param found The statement's manifest.
    /// @param expected The policy's.
    error ProofLensOtherManifest(bytes32 proofId, bytes32 found, bytes32 expected);

    /// @notice The registry that is read.
    /// @return registry_ The registry.
    function registry() external view returns (IProofRegistry registry_);

    /// @notice Reverts unless a recorded proof meets the policy. The policy must name no manifest: see `requireStatement`.
    /// @dev The record of a proof whose withdrawal does not count says `withdrawn` all the same.
    /// @param recordId The record.
    /// @param policy The caller's demands.
    /// @return record The record.
    function requireVerified(
        bytes32 recordId,
        ProofPolicy calldata policy
    ) external view returns (IProofRegistry.ProofRecord memory record);

    /// @notice Reverts unless a recorded proof meets the policy and is of exactly this statement.
    /// @param statement The statement that the caller is about to act on.
    /// @param recordId The record.
    /// @param policy The caller's demands.
    /// @return record The record.
    function requireStatement(
        Statement calldata statement,
        bytes32 recordId,
        ProofPolicy calldata policy
    ) external view returns (IProofRegistry.ProofRecord memory record);

    /// @notice Reverts unless a proof in a batch meets the policy and its verifier accepts the seal as of the time when the batch
    /// was settled. Nothing needs to be recorded; a consumer that pays once remembers what it paid for (see `SpentProofs`).
    /// @dev Counts every withdrawal, one by a stolen key too, for `ProofRegistry.verifyInBatch` knows no attester registry. Where
    /// that matters, `recordFromBatch` and `requireStatement` judge it.
    /// @param batched The proof and its place.
    /// @param policy The caller's demands.
    /// @return proofId The proof.
    /// @return anchoredAt Anchor time in Unix seconds: when the batch was settled.
    function requireVerifiedInBatch(
        BatchedProof calldata batched,
        ProofPolicy calldata policy
    ) external view returns (bytes32 proofId, uint64 anchoredAt);
}
