// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.24;

import {IAttesterRegistry} from "./IAttesterRegistry.sol";
import {IProofRegistry} from "./IProofRegistry.sol";
import {IVersioned} from "./IVersioned.sol";
import {Statement} from "./Proof.sol";

/// @notice What a consumer demands of a recorded proof before acting on it.
/// @param verifier The only verifier accepted; must be named, since a proof chooses its own.
/// @param attesters A registry that is asked today whether the attester was valid at anchor time, so that a revocation
/// which was dated back counts. A withdrawal from when on the key is no longer believed does not count. Zero not to ask: then every
/// withdrawal counts.
/// @param attesterIds The attesters accepted; empty for any.
/// @param maxAge The greatest age in seconds, from anchor time; 0 for any.
struct ProofPolicy {
    address verifier;
    IAttesterRegistry attesters;
    bytes32[] attesterIds;
    uint64 maxAge;
}

/// @notice What consumers ask of a recorded proof. Stateless; the registry never calls it.
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

    /// @notice The registry that is read.
    /// @return registry_ The registry.
    function registry() external view returns (IProofRegistry registry_);

    /// @notice Reverts unless a recorded proof meets the policy.
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
}
