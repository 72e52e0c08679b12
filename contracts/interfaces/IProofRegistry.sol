// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.24;

import {BlobRef} from "./BlobRef.sol";
import {IVersioned} from "./IVersioned.sol";
import {Proof, Statement} from "./Proof.sol";

/// @notice Which inference proofs exist, single and in batches, and what checked them. No admin, and no right follows
/// from having sent a transaction first.
///
/// EIP-712 domain: `("Scrimshaw ProofRegistry", "1", chainId, this contract)`, also by ERC-5267. A proof id is the struct hash of the
/// proof, its digest the EIP-712 digest: what an attester signs and a zk proof takes as public input.
///
/// A record id is where a proof was recorded: the proof id itself for `record`; `keccak256(abi.encode(batchId, proofId))`
/// for `recordFromBatch`. A signed proof in a batch does not say which bundle holds its evidence, so with one record a
/// proof a copier could settle it again under a bundle of its own and take the only place.
interface IProofRegistry is IVersioned {
    /// @notice Many proofs under one Merkle root.
    /// @dev A leaf holds its seal's hash so that the seal exists when the batch is settled, as that of a recorded proof does
    /// when it is recorded. Otherwise a key that is stolen later could seal what was settled in its name before.
    /// @param root Root of an OpenZeppelin StandardMerkleTree of `["bytes32", "bytes32", "uint64", "uint64"]`: proof id,
    /// keccak256 of its seal, offset and length of its evidence in the bundle.
    /// @param count How many proofs the root holds, as the settler claims.
    /// @param bundle The one blob that holds the batch's proofs, seals and evidence.
    struct Batch {
        bytes32 root;
        uint32 count;
        BlobRef bundle;
    }

    /// @notice A settled batch.
    /// @param batch The batch as settled.
    /// @param settler Who settled it.
    /// @param settledAt Time of the block that settled it, in Unix seconds: the anchor time of its proofs.
    struct BatchRecord {
        Batch batch;
        address settler;
        uint64 settledAt;
    }

    /// @notice A recorded proof.
    /// @param proofId The proof.
    /// @param statementHash EIP-712 struct hash of the statement.
    /// @param verifier The contract that checked the seal; zero for a vanilla proof, which nothing checked.
    /// @param attesterId The attester; for a vanilla proof the submitter's address as a number.
    /// @param blobId The blob that holds the evidence; for a proof from a batch the bundle.
    /// @param contentHash SHA-256 of the evidence.
    /// @param size Length of the evidence in bytes.
    /// @param anchoredAt Anchor time in Unix seconds.
    /// @param fromBatch Whether it was recorded from a batch.
    /// @param withdrawn Whether the proof was withdrawn; whether that counts is for the consumer's policy (`IProofLens`).
    /// @param withdrawnAt Time of the block that first withdrew it, in Unix seconds; 0 if none did.
    struct ProofRecord {
        bytes32 proofId;
        bytes32 statementHash;
        address verifier;
        bytes32 attesterId;
        bytes32 blobId;
        bytes32 contentHash;
        uint64 size;
        uint64 anchoredAt;
        bool fromBatch;
        bool withdrawn;
        uint64 withdrawnAt;
    }

    /// @notice A proof was recorded by itself; its record id is its proof id.
    /// @param proofId The proof.
    /// @param modelId The model it speaks of.
    /// @param attesterId The attester; for a vanilla proof the submitter.
    /// @param proof The proof in full.
    /// @param anchoredAt Anchor time in Unix seconds.
    /// @param seal What the verifier checked; empty for a vanilla proof.
    event ProofRecorded(
        bytes32 indexed proofId,
        bytes32 indexed modelId,
        bytes32 indexed attesterId,
        Proof proof,
        uint64 anchoredAt,
        bytes seal
    );

    /// @notice A leaf of a batch was recorded.
    /// @param recordId Where.
    /// @param proofId The proof.
    /// @param batchId The batch.
    /// @param proof The proof in full.
    /// @param offset Where its evidence begins in the bundle.
    /// @param length Length of its evidence in bytes.
    /// @param anchoredAt Anchor time in Unix seconds: when the batch was settled.
    /// @param seal What the verifier checked; empty for a vanilla proof.
    event ProofRecordedFromBatch(
        bytes32 indexed recordId,
        bytes32 indexed proofId,
        bytes32 indexed batchId,
        Proof proof,
        uint64 offset,
        uint64 length,
        uint64 anchoredAt,
        bytes seal
    );

    /// @notice A batch was settled.
    /// @param batchId The batch.
    /// @param settler Who settled it.
    /// @param batch The batch in full.
    /// @param settledAt Anchor time of its proofs in Unix seconds.
    event BatchSettled(bytes32 indexed batchId, address indexed settler, Batch batch, uint64 settledAt);

    /// @notice A proof was withdrawn for good, wherever it is recorded or settled.
    /// @param proofId The proof.
    /// @param attesterId The attester; for a vanilla proof the submitter.
    /// @param withdrawnAt Time of the block, in Unix seconds.
    /// @param seal What the verifier checked; empty for a vanilla proof.
    event ProofWithdrawn(bytes32 indexed proofId, bytes32 indexed attesterId, uint64 withdrawnAt, bytes seal);

    /// @notice A Blob ID, content hash or size is zero; in a batch, where evidence has no Blob ID, one of the others.
    /// @param blob The reference as given.
    error ProofRegistryIncompleteBlobRef(BlobRef blob);

    /// @notice The evidence is longer than a record can say.
    /// @param size Its length.
    /// @param maximum The longest, 2^40 - 1 bytes (a Walrus blob ends far below).
    error ProofRegistryEvidenceTooLarge(uint64 size, uint64 maximum);

    /// @notice There is a record of this id.
    /// @param recordId The record.
    error ProofRegistryAlreadyRecorded(bytes32 recordId);

    /// @notice There is no record of this id.
    /// @param recordId What was asked for.
    error ProofRegistryUnknownRecord(bytes32 recordId);

    /// @notice A vanilla proof has nothing to check, so it takes no seal.
    /// @param length Length of the seal in bytes.
    error ProofRegistryUnexpectedSeal(uint256 length);

    /// @notice A vanilla proof names its submitter as attester, and this is another account.
    /// @param attesterId What the proof names.
    /// @param submitter The account as it would have to be named: the sender, or the settler of the batch.
    error ProofRegistrySubmitterMismatch(bytes32 attesterId, bytes32 submitter);

    /// @notice The proof names no verifier, so there is nothing to ask.
    /// @param proofId The proof.
    error ProofRegistryNoVerifier(bytes32 proofId);

    /// @notice The proof names a verifier, so only its attester's seal withdraws it.
    /// @param proofId The proof.
    /// @param verifier The verifier.
    error ProofRegistrySealRequired(bytes32 proofId, address verifier);

    /// @notice The account that the proof names as verifier has no code.
    /// @param verifier The account.
    error ProofRegistryVerifierWithoutCode(address verifier);

    /// @notice The verifier reverted.
    /// @param verifier The verifier.
    /// @param digest What it was asked about.
    /// @param reason The first 256 bytes of what it reverted with.
    error ProofRegistryVerifierReverted(address verifier, bytes32 digest, bytes reason);

    /// @notice The verifier answered something else than the magic value in 32 bytes.
    /// @param verifier The verifier.
    /// @param digest What it was asked about.
    /// @param answer The first 32 bytes of its answer, filled up with zeros.
    /// @param length Length of its answer in bytes.
    error ProofRegistryVerifierRejected(address verifier, bytes32 digest, bytes32 answer, uint256 length);

    /// @notice The batch has no root or claims no proofs.
    /// @param root Its root.
    /// @param count Its count.
    error ProofRegistryEmptyBatch(bytes32 root, uint32 count);

    /// @notice The caller settled this very batch before.
    /// @param batchId The batch.
    error ProofRegistryAlreadySettled(bytes32 batchId);

    /// @notice No such batch.
    /// @param batchId What was asked for.
    error ProofRegistryUnknownBatch(bytes32 batchId);

    /// @notice The proof is not at this place of this batch with this seal.
    /// @param batchId The batch.
    /// @param proofId The proof.
    /// @param sealHash keccak256 of the seal.
    /// @param offset Where its evidence would begin in the bundle.
    /// @param length Length of its evidence in bytes.
    error ProofRegistryNotInBatch(bytes32 batchId, bytes32 proofId, bytes32 sealHash, uint64 offset, uint64 length);

    /// @notice In a batch the evidence names no blob of its own and is as long as its place in the bundle.
    /// @param blobId The blob that the evidence names, to be zero.
    /// @param size The evidence's own size.
    /// @param length The length of its place, to be the same.
    error ProofRegistryNotBatchEvidence(bytes32 blobId, uint64 size, uint64 length);

    /// @notice The place lies outside the bundle.
    /// @param batchId The batch.
    /// @param offset Where the evidence would begin in the bundle.
    /// @param length Length of the evidence in bytes.
    /// @param bundleSize Length of the bundle in bytes.
    error ProofRegistryOutsideBundle(bytes32 batchId, uint64 offset, uint64 length, uint64 bundleSize);

    /// @notice The proof was withdrawn.
    /// @param proofId The proof.
    /// @param withdrawnAt When, in Unix seconds.
    error ProofRegistryWithdrawn(bytes32 proofId, uint64 withdrawnAt);

    /// @notice Records a proof and, if it names a verifier, has its seal checked. Anyone may send an attested proof. A
    /// vanilla proof names its sender as attester and has no seal, so a copier can neither take nor block it.
    /// @param proof The proof, with a complete blob reference.
    /// @param seal What the verifier checks; empty for a vanilla proof.
    /// @return proofId The proof id, which is the record id too.
    function record(Proof calldata proof, bytes calldata seal) external returns (bytes32 proofId);

    /// @notice Settles many proofs under one root. Checks none of them.
    /// @param batch The batch, with a complete reference to its bundle.
    /// @return batchId `keccak256(abi.encode(settler, batch))`, so that nobody can take another's.
    function settle(Batch calldata batch) external returns (bytes32 batchId);

    /// @notice Makes a full record of one leaf of a batch, anchored when the batch was settled. Anyone may call it. The leaf's
    /// place must lie within the bundle.
    /// @param batchId The batch.
    /// @param proof The proof; its evidence has a zero `blobId`, and a vanilla one names the settler as attester.
    /// @param offset Where its evidence begins in the bundle.
    /// @param length Length of its evidence in bytes.
    /// @param merkleProof The leaf's siblings, from the bottom.
    /// @param seal What the verifier checks, the very bytes that the leaf commits to; empty for a vanilla proof.
    /// @return recordId `keccak256(abi.encode(batchId, proofId))`.
    function recordFromBatch(
        bytes32 batchId,
        Proof calldata proof,
        uint64 offset,
        uint64 length,
        bytes32[] calldata merkleProof,
        bytes calldata seal
    ) external returns (bytes32 recordId);

    /// @notice Withdraws a vanilla proof: for the account that it names as attester. Marks, never deletes; final. Needs
    /// no record, so a proof that is only in a batch can be withdrawn too.
    /// @param proof The proof.
    /// @return proofId The proof id.
    function withdraw(Proof calldata proof) external returns (bytes32 proofId);

    /// @notice Withdraws an attested proof with the attester's seal over `Withdrawal(bytes32 proofId)`, which the proof's
    /// verifier checks through `IWithdrawalVerifier`. Anyone may send it. Marks, never deletes; final. Needs no record.
    /// @dev Keeps its time, so that a withdrawal by a key that turns out to have been stolen by then need not count. The
    /// first one stands: were a later one to replace it, a thief could date an honest withdrawal after the theft.
    /// @param proof The proof.
    /// @param seal What the verifier checks.
    /// @return proofId The proof id.
    function withdrawWithSeal(Proof calldata proof, bytes calldata seal) external returns (bytes32 proofId);

    /// @notice A recorded proof; reverts if there is no such record.
    /// @dev Says what was recorded, not whether to believe it: that is for the consumer's policy (see `IProofLens`).
    /// @param recordId The record.
    /// @return record_ The record.
    function proofOf(bytes32 recordId) external view returns (ProofRecord memory record_);

    /// @notice Whether there is a record of this id.
    /// @param recordId The record.
    /// @return recorded True if there is.
    function exists(bytes32 recordId) external view returns (bool recorded);

    /// @notice Whether a proof was withdrawn.
    /// @param proofId The proof.
    /// @return withdrawn True if it was; false for an unknown proof too.
    function isWithdrawn(bytes32 proofId) external view returns (bool withdrawn);

    /// @notice When a proof was first withdrawn. A vanilla proof's withdrawal always counts; an attested one's for those
    /// who believe the attester's key up to then (see `IProofLens`).
    /// @param proofId The proof.
    /// @return time Time of the block, in Unix seconds; 0 if it was not withdrawn, also for an unknown proof.
    function withdrawnAt(bytes32 proofId) external view returns (uint64 time);

    /// @notice A settled batch; reverts if there is none.
    /// @param batchId The batch.
    /// @return record_ The batch.
    function batchOf(bytes32 batchId) external view returns (BatchRecord memory record_);

    /// @notice Whether a proof is at a place of a batch, by the root that was settled. Position only: it does not say whether
    /// the seal holds, nor anything of attesters or withdrawal, nor whether the bundle is long enough to have that place.
    /// @param batchId The batch.
    /// @param proofId The proof.
    /// @param sealHash keccak256 of its seal; of no bytes for a vanilla proof.
    /// @param offset Where its evidence begins in the bundle.
    /// @param length Length of its evidence in bytes.
    /// @param merkleProof The leaf's siblings, from the bottom.
    /// @return inBatch True if it is; false for an unknown batch too.
    function isInBatch(
        bytes32 batchId,
        bytes32 proofId,
        bytes32 sealHash,
        uint64 offset,
        uint64 length,
        bytes32[] calldata merkleProof
    ) external view returns (bool inBatch);

    /// @notice Reverts unless a proof is at a place of a batch that lies within its bundle, was never withdrawn, and its
    /// verifier accepts the seal as of the time when the batch was settled. A vanilla proof is refused: there is nothing to
    /// verify.
    /// @dev The proof chose its verifier and attester: the caller decides whether to accept them. It knows no attester registry,
    /// so it counts every withdrawal, one by a stolen key too: then `recordFromBatch` still makes a record, and `IProofLens`
    /// judges it.
    /// @param batchId The batch.
    /// @param proof The proof; its evidence has a zero `blobId`.
    /// @param offset Where its evidence begins in the bundle.
    /// @param length Length of its evidence in bytes.
    /// @param merkleProof The leaf's siblings, from the bottom.
    /// @param seal What the verifier checks, the very bytes that the leaf commits to.
    /// @return proofId The proof id.
    /// @return anchoredAt Anchor time in Unix seconds: when the batch was settled.
    function verifyInBatch(
        bytes32 batchId,
        Proof calldata proof,
        uint64 offset,
        uint64 length,
        bytes32[] calldata merkleProof,
        bytes calldata seal
    ) external view returns (bytes32 proofId, uint64 anchoredAt);

    /// @notice The id that a batch has or would have.
    /// @param settler Who settles it.
    /// @param batch The batch.
    /// @return batchId `keccak256(abi.encode(settler, batch))`.
    function batchIdOf(address settler, Batch calldata batch) external pure returns (bytes32 batchId);

    /// @notice The record id that a leaf of a batch has or would have.
    /// @param batchId The batch.
    /// @param proofId The proof.
    /// @return recordId `keccak256(abi.encode(batchId, proofId))`.
    function batchRecordIdOf(bytes32 batchId, bytes32 proofId) external pure returns (bytes32 recordId);

    /// @notice The EIP-712 struct hash of a statement.
    /// @param statement The statement.
    /// @return statementHash Its hash.
    function hashStatement(Statement calldata statement) external pure returns (bytes32 statementHash);

    /// @notice The proof id of a proof: its EIP-712 struct hash.
    /// @param proof The proof.
    /// @return proofId Its id.
    function proofIdOf(Proof calldata proof) external pure returns (bytes32 proofId);

    /// @notice The EIP-712 digest of a proof under this registry's domain: what is signed or proven.
    /// @param proof The proof.
    /// @return digest Its digest.
    function digestOf(Proof calldata proof) external view returns (bytes32 digest);

    /// @notice The EIP-712 digest of `Withdrawal(bytes32 proofId)` under this registry's domain.
    /// @param proofId The proof.
    /// @return digest What the attester signs to withdraw it.
    function withdrawalDigestOf(bytes32 proofId) external view returns (bytes32 digest);

    /// @notice The EIP-712 domain separator of this registry on this chain.
    /// @return separator The separator.
    function domainSeparator() external view returns (bytes32 separator);
}
