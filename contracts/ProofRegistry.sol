// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IERC5267} from "@openzeppelin/contracts/interfaces/IERC5267.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {MerkleProof} from "@openzeppelin/contracts/utils/cryptography/MerkleProof.sol";
import {ERC165, IERC165} from "@openzeppelin/contracts/utils/introspection/ERC165.sol";
import {BlobRef} from "./interfaces/BlobRef.sol";
import {IProofRegistry} from "./interfaces/IProofRegistry.sol";
import {IVersioned} from "./interfaces/IVersioned.sol";
import {IProofVerifier} from "./interfaces/IProofVerifier.sol";
import {IWithdrawalVerifier} from "./interfaces/IWithdrawalVerifier.sol";
import {Evidence, Proof, Statement} from "./interfaces/Proof.sol";
import {BlobRefs} from "./libraries/BlobRefs.sol";
import {ProofHash} from "./libraries/ProofHash.sol";
import {VerifierCall} from "./libraries/VerifierCall.sol";

/// @title ProofRegistry
/// @notice See {IProofRegistry}.
contract ProofRegistry is IProofRegistry, EIP712, ERC165 {
    /// @dev One slot. `account` is the verifier, or the submitter of a vanilla proof. `anchoredAt` is never zero.
    struct Head {
        address account;
        uint40 anchoredAt;
        uint40 size;
        bool vanilla;
        bool fromBatch;
    }

    /// @dev Five slots, of which a vanilla proof leaves `attesterId` empty: its submitter is in the head.
    struct StoredProof {
        Head head;
        bytes32 statementHash;
        bytes32 blobId;
        bytes32 contentHash;
        bytes32 attesterId;
    }

    /// @dev Five slots; the root is the one that every position is checked against.
    struct StoredBatch {
        bytes32 root;
        bytes32 bundleBlobId;
        bytes32 bundleHash;
        address settler;
        uint64 settledAt;
        uint32 count;
        uint64 bundleSize;
    }

    mapping(bytes32 recordId => StoredProof) private _records;
    mapping(bytes32 batchId => StoredBatch) private _batches;
    mapping(bytes32 proofId => uint64 time) private _withdrawnAt;

    constructor() EIP712("Scrimshaw ProofRegistry", "1") {}

    /// @inheritdoc IProofRegistry
    function record(Proof calldata proof, bytes calldata seal) external returns (bytes32 proofId) {
        bytes32 statementHash = ProofHash.ofStatement(proof.statement);
        proofId = ProofHash.ofParts(statementHash, ProofHash.ofEvidence(proof.evidence));
        _requireUnrecorded(proofId);
        _requireComplete(proof.evidence.blobId, proof.evidence.contentHash, proof.evidence.size);
        uint64 anchoredAt = uint64(block.timestamp);
        _check(proof, proofId, anchoredAt, seal, _asAttester(msg.sender));

        _store(proofId, proof.evidence, statementHash, proof.evidence.blobId, anchoredAt, false);
        emit ProofRecorded({
            proofId: proofId,
            modelId: proof.statement.modelId,
            attesterId: proof.evidence.attesterId,
            proof: proof,
            anchoredAt: anchoredAt,
            seal: seal
        });
    }

    /// @inheritdoc IProofRegistry
    function settle(Batch calldata batch) external returns (bytes32 batchId) {
        if (batch.root == 0 || batch.count == 0) revert ProofRegistryEmptyBatch(batch.root, batch.count);
        _requireComplete(batch.bundle.blobId, batch.bundle.contentHash, batch.bundle.size);
        batchId = batchIdOf(msg.sender, batch);
        if (_batches[batchId].root != 0) revert ProofRegistryAlreadySettled(batchId);

        uint64 settledAt = uint64(block.timestamp);
        _batches[batchId] = StoredBatch({
            root: batch.root,
            bundleBlobId: batch.bundle.blobId,
            bundleHash: batch.bundle.contentHash,
            settler: msg.sender,
            settledAt: settledAt,
            count: batch.count,
            bundleSize: batch.bundle.size
        });
        emit BatchSettled(batchId, msg.sender, batch, settledAt);
    }

    /// @inheritdoc IProofRegistry
    function recordFromBatch(
        bytes32 batchId,
        Proof calldata proof,
        uint64 offset,
        uint64 length,
        bytes32[] calldata merkleProof,
        bytes calldata seal
    ) external returns (bytes32 recordId) {
        bytes32 statementHash = ProofHash.ofStatement(proof.statement);
        bytes32 proofId = ProofHash.ofParts(statementHash, ProofHash.ofEvidence(proof.evidence));
        recordId = batchRecordIdOf(batchId, proofId);
        _requireUnrecorded(recordId);
        _requireInBatch(batchId, proofId, keccak256(seal), proof.evidence, offset, length, merkleProof);
        StoredBatch storage batch = _batches[batchId];
        uint64 anchoredAt = batch.settledAt;
        _check(proof, proofId, anchoredAt, seal, _asAttester(batch.settler));

        _store(recordId, proof.evidence, statementHash, batch.bundleBlobId, anchoredAt, true);
        emit ProofRecordedFromBatch({
            recordId: recordId,
            proofId: proofId,
            batchId: batchId,
            proof: proof,
            offset: offset,
            length: length,
            anchoredAt: anchoredAt,
            seal: seal
        });
    }

    /// @inheritdoc IProofRegistry
    function withdraw(Proof calldata proof) external returns (bytes32 proofId) {
        proofId = proofIdOf(proof);
        if (proof.evidence.verifier != address(0)) revert ProofRegistrySealRequired(proofId, proof.evidence.verifier);
        _requireSubmitter(proof.evidence.attesterId, _asAttester(msg.sender));
        _withdraw(proofId, proof.evidence.attesterId, "");
    }

    /// @inheritdoc IProofRegistry
    function withdrawWithSeal(Proof calldata proof, bytes calldata seal) external returns (bytes32 proofId) {
        proofId = proofIdOf(proof);
        address verifier = proof.evidence.verifier;
        if (verifier == address(0)) revert ProofRegistryNoVerifier(proofId);
        bytes32 digest = withdrawalDigestOf(proofId);
        VerifierCall.requireMagic(
            verifier,
            digest,
            IWithdrawalVerifier.verifyWithdrawal.selector,
            abi.encodeCall(IWithdrawalVerifier.verifyWithdrawal, (digest, proof, seal))
        );
        _withdraw(proofId, proof.evidence.attesterId, seal);
    }

    /// @inheritdoc IProofRegistry
    function proofOf(bytes32 recordId) external view returns (ProofRecord memory record_) {
        StoredProof storage stored = _records[recordId];
        Head memory head = stored.head;
        if (head.anchoredAt == 0) revert ProofRegistryUnknownRecord(recordId);

        record_.statementHash = stored.statementHash;
        record_.verifier = head.vanilla ? address(0) : head.account;
        record_.attesterId = head.vanilla ? _asAttester(head.account) : stored.attesterId;
        record_.blobId = stored.blobId;
        record_.contentHash = stored.contentHash;
        record_.size = head.size;
        record_.anchoredAt = head.anchoredAt;
        record_.fromBatch = head.fromBatch;
        record_.proofId = head.fromBatch ? _proofIdOfLeaf(record_) : recordId;
        record_.withdrawnAt = _withdrawnAt[record_.proofId];
        record_.withdrawn = record_.withdrawnAt != 0;
    }

    /// @inheritdoc IProofRegistry
    function exists(bytes32 recordId) external view returns (bool recorded) {
        recorded = _records[recordId].head.anchoredAt != 0;
    }

    /// @inheritdoc IProofRegistry
    function isWithdrawn(bytes32 proofId) external view returns (bool withdrawn) {
        withdrawn = _withdrawnAt[proofId] != 0;
    }

    /// @inheritdoc IProofRegistry
    function withdrawnAt(bytes32 proofId) external view returns (uint64 time) {
        time = _withdrawnAt[proofId];
    }

    /// @inheritdoc IProofRegistry
    function batchOf(bytes32 batchId) external view returns (BatchRecord memory record_) {
        StoredBatch storage stored = _batches[batchId];
        if (stored.root == 0) revert ProofRegistryUnknownBatch(batchId);
        record_ = BatchRecord({
            batch: Batch({
                root: stored.root,
                count: stored.count,
                bundle: BlobRef({blobId: stored.bundleBlobId, contentHash: stored.bundleHash, size: stored.bundleSize})
            }),
            settler: stored.settler,
            settledAt: stored.settledAt
        });
    }

    /// @inheritdoc IProofRegistry
    function isInBatch(
        bytes32 batchId,
        bytes32 proofId,
        bytes32 sealHash,
        uint64 offset,
        uint64 length,
        bytes32[] calldata merkleProof
    ) public view returns (bool inBatch) {
        bytes32 root = _batches[batchId].root;
        bytes32 leaf = ProofHash.ofLeaf(proofId, sealHash, offset, length);
        inBatch = root != 0 && MerkleProof.verifyCalldata(merkleProof, root, leaf);
    }

    /// @inheritdoc IProofRegistry
    function verifyInBatch(
        bytes32 batchId,
        Proof calldata proof,
        uint64 offset,
        uint64 length,
        bytes32[] calldata merkleProof,
        bytes calldata seal
    ) external view returns (bytes32 proofId, uint64 anchoredAt) {
        proofId = proofIdOf(proof);
        if (proof.evidence.verifier == address(0)) revert ProofRegistryNoVerifier(proofId);
        _requireNotWithdrawn(proofId);
        _requireInBatch(batchId, proofId, keccak256(seal), proof.evidence, offset, length, merkleProof);
        anchoredAt = _batches[batchId].settledAt;
        _askVerifier(proof, proofId, anchoredAt, seal);
    }

    /// @inheritdoc IProofRegistry
    function batchIdOf(address settler, Batch calldata batch) public pure returns (bytes32 batchId) {
        batchId = keccak256(abi.encode(settler, batch));
    }

    /// @inheritdoc IProofRegistry
    function batchRecordIdOf(bytes32 batchId, bytes32 proofId) public pure returns (bytes32 recordId) {
        recordId = keccak256(abi.encode(batchId, proofId));
    }

    /// @inheritdoc IProofRegistry
    function hashStatement(Statement calldata statement) external pure returns (bytes32 statementHash) {
        statementHash = ProofHash.ofStatement(statement);
    }

    /// @inheritdoc IProofRegistry
    function proofIdOf(Proof calldata proof) public pure returns (bytes32 proofId) {
        proofId = ProofHash.ofProof(proof);
    }

    /// @inheritdoc IProofRegistry
    function digestOf(Proof calldata proof) external view returns (bytes32 digest) {
        digest = _hashTypedDataV4(proofIdOf(proof));
    }

    /// @inheritdoc IProofRegistry
    function withdrawalDigestOf(bytes32 proofId) public view returns (bytes32 digest) {
        digest = _hashTypedDataV4(ProofHash.ofWithdrawal(proofId));
    }

    /// @inheritdoc IProofRegistry
    function domainSeparator() external view returns (bytes32 separator) {
        separator = _domainSeparatorV4();
    }

    /// @inheritdoc IVersioned
    function version() external pure returns (string memory) {
        return "1.0.0";
    }

    /// @inheritdoc IERC165
    function supportsInterface(bytes4 interfaceId) public view override(ERC165, IERC165) returns (bool) {
        return
            interfaceId == type(IProofRegistry).interfaceId ||
            interfaceId == type(IVersioned).interfaceId ||
            interfaceId == type(IERC5267).interfaceId ||
            super.supportsInterface(interfaceId);
    }

    function _store(
        bytes32 recordId,
        Evidence calldata evidence,
        bytes32 statementHash,
        bytes32 blobId,
        uint64 anchoredAt,
        bool fromBatch
    ) private {
        if (evidence.size > type(uint40).max) {
            revert ProofRegistryEvidenceTooLarge(evidence.size, type(uint40).max);
        }
        StoredProof storage stored = _records[recordId];

        bool vanilla = evidence.verifier == address(0);
        address account = vanilla ? address(uint160(uint256(evidence.attesterId))) : evidence.verifier;
        uint40 size = uint40(evidence.size);
        Head storage head = stored.head;
        head.account = account;
        head.anchoredAt = uint40(anchoredAt);
        head.size = size;
        head.vanilla = vanilla;
        head.fromBatch = fromBatch;
        stored.statementHash = statementHash;
        stored.blobId = blobId;
        stored.contentHash = evidence.contentHash;
        if (!vanilla) stored.attesterId = evidence.attesterId;
    }

    function _withdraw(bytes32 proofId, bytes32 attesterId, bytes memory seal) private {
        _requireNotWithdrawn(proofId);
        uint64 time = uint64(block.timestamp);
        _withdrawnAt[proofId] = time;
        emit ProofWithdrawn(proofId, attesterId, time, seal);
    }

    /// @dev Everything that makes a proof worth recording at `anchoredAt`, `submitter` being who a vanilla one may name.
    function _check(
        Proof calldata proof,
        bytes32 proofId,
        uint64 anchoredAt,
        bytes calldata seal,
        bytes32 submitter
    ) private view {
        if (proof.evidence.verifier != address(0)) return _askVerifier(proof, proofId, anchoredAt, seal);
        if (seal.length != 0) revert ProofRegistryUnexpectedSeal(seal.length);
        _requireSubmitter(proof.evidence.attesterId, submitter);
    }

    function _askVerifier(Proof calldata proof, bytes32 proofId, uint64 anchoredAt, bytes calldata seal) private view {
        bytes32 digest = _hashTypedDataV4(proofId);
        VerifierCall.requireMagic(
            proof.evidence.verifier,
            digest,
            IProofVerifier.verify.selector,
            abi.encodeCall(IProofVerifier.verify, (digest, proof, anchoredAt, seal))
        );
    }

    function _requireUnrecorded(bytes32 recordId) private view {
        if (_records[recordId].head.anchoredAt != 0) revert ProofRegistryAlreadyRecorded(recordId);
    }

    function _requireNotWithdrawn(bytes32 proofId) private view {
        uint64 time = _withdrawnAt[proofId];
        if (time != 0) revert ProofRegistryWithdrawn(proofId, time);
    }

    function _requireInBatch(
        bytes32 batchId,
        bytes32 proofId,
        bytes32 sealHash,
        Evidence calldata evidence,
        uint64 offset,
        uint64 length,
        bytes32[] calldata merkleProof
    ) private view {
        if (_batches[batchId].root == 0) revert ProofRegistryUnknownBatch(batchId);
        if (evidence.blobId != 0 || evidence.size != length) {
            revert ProofRegistryNotBatchEvidence(evidence.blobId, evidence.size, length);
        }
        if (evidence.contentHash == 0 || evidence.size == 0) {
            revert ProofRegistryIncompleteBlobRef(BlobRef(evidence.blobId, evidence.contentHash, evidence.size));
        }
        if (!isInBatch(batchId, proofId, sealHash, offset, length, merkleProof)) {
            revert ProofRegistryNotInBatch(batchId, proofId, sealHash, offset, length);
        }
        uint64 bundleSize = _batches[batchId].bundleSize;
        if (uint256(offset) + length > bundleSize) {
            revert ProofRegistryOutsideBundle(batchId, offset, length, bundleSize);
        }
    }

    /// @dev The proof id from a record of a batch's leaf, whose evidence named no blob.
    function _proofIdOfLeaf(ProofRecord memory record_) private pure returns (bytes32) {
        bytes32 evidenceHash = ProofHash.ofEvidenceInBundle(
            record_.verifier,
            record_.attesterId,
            record_.contentHash,
            record_.size
        );
        return ProofHash.ofParts(record_.statementHash, evidenceHash);
    }

    function _requireSubmitter(bytes32 attesterId, bytes32 submitter) private pure {
        if (attesterId != submitter) revert ProofRegistrySubmitterMismatch(attesterId, submitter);
    }

    function _requireComplete(bytes32 blobId, bytes32 contentHash, uint64 size) private pure {
        if (!BlobRefs.isComplete(blobId, contentHash, size)) {
            revert ProofRegistryIncompleteBlobRef(BlobRef({blobId: blobId, contentHash: contentHash, size: size}));
        }
    }

    function _asAttester(address account) private pure returns (bytes32) {
        return bytes32(uint256(uint160(account)));
    }
}
