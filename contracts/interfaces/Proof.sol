// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.24;

/// @notice What an inference claims.
/// @dev EIP-712 type: `Statement(bytes32 modelId,uint32 modelVersion,bytes32 manifestHash,bytes32 inputHash,
/// bytes32 outputHash,bytes32 requestId,uint64 producedAt)`, without the line break.
/// @param modelId The model, as `ModelRegistry` names it.
/// @param modelVersion The version of the model, counted from 1.
/// @param manifestHash SHA-256 of that version's manifest.
/// @param inputHash SHA-256 of the canonical input.
/// @param outputHash SHA-256 of the canonical output.
/// @param requestId By convention `keccak256(chainId, consumer, nonce)`; not unique here.
/// @param producedAt Unix seconds at which the signer says the output was produced. Never the anchor time.
struct Statement {
    bytes32 modelId;
    uint32 modelVersion;
    bytes32 manifestHash;
    bytes32 inputHash;
    bytes32 outputHash;
    bytes32 requestId;
    uint64 producedAt;
}

/// @notice What backs a statement.
/// @dev EIP-712 type: `Evidence(address verifier,bytes32 attesterId,bytes32 blobId,bytes32 contentHash,uint64 size)`.
/// @param verifier The contract that checks the seal; zero for a vanilla proof, which nothing checks.
/// @param attesterId The attester. In a vanilla proof the submitter's address as `bytes32(uint256(uint160(address)))`.
/// @param blobId The blob that holds the evidence; zero in a batch, where the bundle holds it.
/// @param contentHash SHA-256 of the evidence.
/// @param size Length of the evidence in bytes.
struct Evidence {
    address verifier;
    bytes32 attesterId;
    bytes32 blobId;
    bytes32 contentHash;
    uint64 size;
}

/// @notice A statement and its evidence. The proof id is this struct's EIP-712 hash.
/// @dev EIP-712 type: `Proof(Statement statement,Evidence evidence)` followed by `Evidence(..)` and `Statement(..)`.
/// @param statement What is claimed.
/// @param evidence What backs it.
struct Proof {
    Statement statement;
    Evidence evidence;
}
