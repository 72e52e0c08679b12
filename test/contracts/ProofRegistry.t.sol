// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {BlobRef} from "../../contracts/interfaces/BlobRef.sol";
import {IProofRegistry} from "../../contracts/interfaces/IProofRegistry.sol";
import {Proof} from "../../contracts/interfaces/Proof.sol";
import {ProofHash} from "../../contracts/libraries/ProofHash.sol";
import {ProofRegistry} from "../../contracts/ProofRegistry.sol";
import {OpenVerifier} from "./mocks/OpenVerifier.sol";
import {MerkleTree} from "./support/MerkleTree.sol";
import {Samples} from "./support/Samples.sol";
import {bound, vm} from "./support/Vm.sol";

contract ProofRegistryTest {
    uint64 private constant NOW = 1_000_000;

    ProofRegistry private _registry;
    address private _verifier;

    function setUp() external {
        vm.warp(NOW);
        _registry = new ProofRegistry();
        _verifier = address(new OpenVerifier());
    }

    function testFuzz_AVanillaProofIsReadBackAsRecorded(Proof memory proof, address submitter, uint40 time) external {
        proof = _complete(proof);
        proof.evidence.verifier = address(0);
        proof.evidence.attesterId = bytes32(uint256(uint160(submitter)));
        _checkRecord(proof, submitter, "", time);
    }

    function testFuzz_AnAttestedProofIsReadBackAsRecorded(Proof memory proof, address sender, uint40 time) external {
        proof = _complete(proof);
        proof.evidence.verifier = _verifier;
        bytes memory seal = abi.encode(_registry.digestOf(proof));
        _checkRecord(proof, sender, seal, time);
    }

    function testFuzz_OnlyTheNamedSubmitterRecordsAVanillaProof(Proof memory proof, address sender) external {
        proof.evidence.verifier = address(0);
        bytes32 named = proof.evidence.attesterId;
        vm.assume(named != bytes32(uint256(uint160(sender))));
        vm.prank(sender);
        vm.expectRevert(
            abi.encodeWithSelector(
                IProofRegistry.ProofRegistrySubmitterMismatch.selector,
                named,
                bytes32(uint256(uint160(sender)))
            )
        );
        _registry.record(_complete(proof), "");
    }

    function testFuzz_ABatchIsReadBackAsSettled(IProofRegistry.Batch memory batch, address settler) external {
        vm.assume(batch.root != 0 && batch.count != 0);
        vm.assume(batch.bundle.blobId != 0 && batch.bundle.contentHash != 0 && batch.bundle.size != 0);
        vm.prank(settler);
        bytes32 batchId = _registry.settle(batch);
        require(batchId == keccak256(abi.encode(settler, batch)), "batch id");
        IProofRegistry.BatchRecord memory expected = IProofRegistry.BatchRecord(batch, settler, NOW);
        require(keccak256(abi.encode(_registry.batchOf(batchId))) == keccak256(abi.encode(expected)), "batch");
        vm.prank(settler);
        vm.expectRevert(abi.encodeWithSelector(IProofRegistry.ProofRegistryAlreadySettled.selector, batchId));
        _registry.settle(batch);
    }

    function testFuzz_BatchesOfTwoSettlersNeverMeet(
        IProofRegistry.Batch calldata batch,
        address one,
        address two
    ) external view {
        require((_registry.batchIdOf(one, batch) == _registry.batchIdOf(two, batch)) == (one == two), "batch id");
    }

    /// @dev Any leaf of a tree of any depth up to 10 is found at its place, and not with any one bit of its proof wrong.
    function testFuzz_PositionsAreFoundAndNoOthers(
        uint256 seed,
        uint256 depth,
        uint256 index,
        uint256 flipped
    ) external {
        depth = bound(depth, 0, 10);
        index = bound(index, 0, (1 << depth) - 1);
        bytes32[] memory leaves = new bytes32[](1 << depth);
        bytes32 sealHash = keccak256(abi.encode(seed));
        for (uint256 i = 0; i < leaves.length; ++i) {
            leaves[i] = ProofHash.ofLeaf(keccak256(abi.encode(seed, i)), sealHash, uint64(i), uint64(seed));
        }
        bytes32 batchId = _registry.settle(
            IProofRegistry.Batch(MerkleTree.root(leaves), uint32(leaves.length), Samples.blob(seed))
        );
        bytes32 proofId = keccak256(abi.encode(seed, index));
        bytes32[] memory path = MerkleTree.path(leaves, index);
        require(_registry.isInBatch(batchId, proofId, sealHash, uint64(index), uint64(seed), path), "not found");
        require(
            !_registry.isInBatch(batchId, proofId, sealHash, uint64(index) + 1, uint64(seed), path),
            "another offset"
        );
        unchecked {
            // Wraps for the greatest length: any other number will do.
            require(
                !_registry.isInBatch(batchId, proofId, sealHash, uint64(index), uint64(seed) + 1, path),
                "another length"
            );
        }
        bytes32 wrong = bytes32(uint256(1) << (flipped % 256));
        require(
            !_registry.isInBatch(batchId, proofId ^ wrong, sealHash, uint64(index), uint64(seed), path),
            "another proof"
        );
        require(
            !_registry.isInBatch(batchId, proofId, sealHash ^ wrong, uint64(index), uint64(seed), path),
            "another seal"
        );
        if (depth == 0) return;
        path[(flipped / 256) % depth] ^= wrong;
        require(!_registry.isInBatch(batchId, proofId, sealHash, uint64(index), uint64(seed), path), "another path");
    }

    function testFuzz_ALeafRecordedFromABatchKeepsItsProofId(Proof memory proof, uint64 offset, bool vanilla) external {
        proof = _complete(proof);
        offset = uint64(bound(offset, 0, type(uint64).max - proof.evidence.size));
        proof.evidence.blobId = 0;
        proof.evidence.verifier = vanilla ? address(0) : _verifier;
        if (vanilla) proof.evidence.attesterId = bytes32(uint256(uint160(address(this))));
        bytes memory seal = vanilla ? bytes("") : abi.encode(_registry.digestOf(proof));
        bytes32 proofId = _registry.proofIdOf(proof);
        uint64 size = proof.evidence.size;
        BlobRef memory bundle = Samples.blob(offset);
        // It ends where the evidence ends.
        bundle.size = offset + size;
        bytes32 batchId = _registry.settle(
            IProofRegistry.Batch(ProofHash.ofLeaf(proofId, keccak256(seal), offset, size), 1, bundle)
        );
        vm.warp(NOW + 1000);
        vm.prank(address(0xb0b));
        bytes32 recordId = _registry.recordFromBatch(batchId, proof, offset, size, new bytes32[](0), seal);
        IProofRegistry.ProofRecord memory expected = _expected(proof, proofId, NOW);
        expected.blobId = Samples.blob(offset).blobId;
        expected.fromBatch = true;
        require(keccak256(abi.encode(_registry.proofOf(recordId))) == keccak256(abi.encode(expected)), "record");
    }

    function testFuzz_ALeafOutsideItsBundleIsRefused(
        Proof memory proof,
        uint64 offset,
        uint64 length,
        uint64 bundleSize
    ) external {
        length = uint64(bound(length, 1, type(uint64).max));
        bundleSize = uint64(bound(bundleSize, 1, type(uint64).max));
        vm.assume(uint256(offset) + length > bundleSize);
        proof = _complete(proof);
        proof.evidence.blobId = 0;
        proof.evidence.size = length;
        proof.evidence.verifier = _verifier;
        bytes32 proofId = _registry.proofIdOf(proof);
        bytes memory seal = abi.encode(_registry.digestOf(proof));
        BlobRef memory bundle = Samples.blob(offset);
        bundle.size = bundleSize;
        bytes32 batchId = _registry.settle(
            IProofRegistry.Batch(ProofHash.ofLeaf(proofId, keccak256(seal), offset, length), 1, bundle)
        );
        require(_registry.isInBatch(batchId, proofId, keccak256(seal), offset, length, new bytes32[](0)), "position");
        bytes memory refusal = abi.encodeWithSelector(
            IProofRegistry.ProofRegistryOutsideBundle.selector,
            batchId,
            offset,
            length,
            bundleSize
        );
        vm.expectRevert(refusal);
        _registry.recordFromBatch(batchId, proof, offset, length, new bytes32[](0), seal);
        vm.expectRevert(refusal);
        _registry.verifyInBatch(batchId, proof, offset, length, new bytes32[](0), seal);
    }

    function _checkRecord(Proof memory proof, address sender, bytes memory seal, uint64 time) private {
        vm.assume(time != 0);
        vm.warp(time);
        vm.prank(sender);
        bytes32 proofId = _registry.record(proof, seal);
        require(proofId == _registry.proofIdOf(proof), "proof id");
        bytes32 expected = keccak256(abi.encode(_expected(proof, proofId, time)));
        require(keccak256(abi.encode(_registry.proofOf(proofId))) == expected, "record");
    }

    function _expected(
        Proof memory proof,
        bytes32 proofId,
        uint64 anchoredAt
    ) private view returns (IProofRegistry.ProofRecord memory) {
        return
            IProofRegistry.ProofRecord({
                proofId: proofId,
                statementHash: _registry.hashStatement(proof.statement),
                verifier: proof.evidence.verifier,
                attesterId: proof.evidence.attesterId,
                blobId: proof.evidence.blobId,
                contentHash: proof.evidence.contentHash,
                size: proof.evidence.size,
                anchoredAt: anchoredAt,
                fromBatch: false,
                withdrawn: false,
                withdrawnAt: 0
            });
    }

    /// @dev The same proof with evidence that a registry takes.
    function _complete(Proof memory proof) private pure returns (Proof memory) {
        vm.assume(proof.evidence.blobId != 0 && proof.evidence.contentHash != 0);
        proof.evidence.size = uint64(bound(proof.evidence.size, 1, type(uint40).max));
        return proof;
    }
}
