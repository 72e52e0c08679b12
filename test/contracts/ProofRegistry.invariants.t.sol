// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {AttesterRegistry} from "../../contracts/AttesterRegistry.sol";
import {IAttesterRegistry} from "../../contracts/interfaces/IAttesterRegistry.sol";
import {IProofRegistry} from "../../contracts/interfaces/IProofRegistry.sol";
import {Proof} from "../../contracts/interfaces/Proof.sol";
import {ProofHash} from "../../contracts/libraries/ProofHash.sol";
import {ProofRegistry} from "../../contracts/ProofRegistry.sol";
import {AttestedSignatureVerifier} from "../../contracts/verifiers/AttestedSignatureVerifier.sol";
import {SoleAuthority} from "./mocks/SoleAuthority.sol";
import {MerkleTree} from "./support/MerkleTree.sol";
import {Samples} from "./support/Samples.sol";
import {bound, vm} from "./support/Vm.sol";

/// @title Does to a proof registry whatever three accounts and an attester might, and remembers what must hold after
contract ProofRegistryHandler {
    uint256 private constant KEY = 0xa77e57;
    uint64 private constant MAX_DELAY = 1000;
    /// @dev Of each batch's four leaves the one that is settled before its attester signs it.
    uint256 private constant UNSEALED = 3;
    uint64 private constant ADMITTED_AT = 1_000_000;
    address private constant COPIER = address(0xc0b1e5);

    ProofRegistry public immutable registry = new ProofRegistry();
    AttesterRegistry public immutable attesters;
    address public immutable verifier;
    bytes32 public immutable attesterId = keccak256(abi.encodePacked(vm.addr(KEY)));

    bytes32[] public recordIds;
    bytes32[] public batchIds;
    bytes32[] public withdrawn;
    mapping(bytes32 id => bytes32) public hashes;
    mapping(bytes32 proofId => uint64) public withdrawnAt;

    Proof[] private _vanilla;
    Proof[] private _attested;
    Proof[4][] private _batched;
    bytes32[] private _copyIds;
    uint64 private _time = ADMITTED_AT;

    constructor() {
        vm.warp(_time);
        attesters = new AttesterRegistry(address(new SoleAuthority()));
        verifier = address(new AttestedSignatureVerifier(attesters, MAX_DELAY));
        attesters.add(
            IAttesterRegistry.AttesterInput({
                signer: abi.encodePacked(vm.addr(KEY)),
                measurement: 0,
                kind: "software-key",
                document: Samples.blob(1),
                endpoint: "",
                validFrom: 0,
                validUntil: type(uint64).max
            })
        );
    }

    function recordVanilla(uint256 sender, uint256 named, uint256 seed) external {
        Proof memory proof = Samples.proof(seed % 20, address(0), _asAttester(_actor(named)), _time);
        vm.warp(_time);
        vm.prank(_actor(sender));
        try registry.record(proof, "") returns (bytes32 proofId) {
            require(_actor(sender) == _actor(named), "a copier became the submitter");
            _remember(proofId);
            _vanilla.push(proof);
        } catch {
            require(_actor(sender) != _actor(named) || _isKnown(proof), "a submitter was kept out");
        }
    }

    function recordAttested(uint256 sender, uint256 seed, uint64 delay, bool forged) external {
        // One more than allowed, so that some are refused.
        delay = uint64(bound(delay, 0, MAX_DELAY + 1));
        Proof memory proof = Samples.proof(seed % 20, verifier, attesterId, _time - delay);
        vm.warp(_time);
        bytes memory seal = _sign(forged ? KEY + 1 : KEY, registry.digestOf(proof));
        vm.prank(_actor(sender));
        try registry.record(proof, seal) returns (bytes32 proofId) {
            require(!forged && delay <= MAX_DELAY, "a seal that does not hold was accepted");
            _remember(proofId);
            _attested.push(proof);
        } catch {
            bool valid = !forged && delay <= MAX_DELAY && _time - delay >= ADMITTED_AT;
            require(!valid || _isKnown(proof), "an attester was kept out");
        }
    }

    function recordAgain(uint256 index, bool attested) external {
        Proof[] storage proofs = attested ? _attested : _vanilla;
        if (proofs.length == 0) return;
        Proof memory proof = proofs[index % proofs.length];
        bytes memory seal = attested ? _sign(KEY, registry.digestOf(proof)) : bytes("");
        vm.prank(address(uint160(uint256(proof.evidence.attesterId))));
        try registry.record(proof, seal) {
            revert("a proof was recorded twice");
        } catch (bytes memory reason) {
            require(bytes4(reason) == IProofRegistry.ProofRegistryAlreadyRecorded.selector, "another reason");
        }
    }

    function settle(uint256 sender, uint256 seed) external {
        address settler = _actor(sender);
        seed = seed % 1000;
        Proof[4] memory four;
        bytes32[] memory leaves = new bytes32[](4);
        for (uint256 i = 0; i < 4; ++i) {
            bool vanilla = i == 0;
            four[i] =
                vanilla
                    ? Samples.proof(seed + i, address(0), _asAttester(settler), _time)
                    : Samples.proof(seed + i, verifier, attesterId, _time);
            four[i].evidence.blobId = 0;
            leaves[i] = _leafOf(four[i], i);
        }
        vm.warp(_time);
        IProofRegistry.Batch memory batch = IProofRegistry.Batch(MerkleTree.root(leaves), 4, Samples.blob(seed));
        batch.bundle.size = type(uint40).max;
        // Whoever sees it coming settles it first, under an id of his own.
        vm.prank(COPIER);
        try registry.settle(batch) {} catch {}
        vm.prank(settler);
        try registry.settle(batch) returns (bytes32 batchId) {
            IProofRegistry.BatchRecord memory settled = registry.batchOf(batchId);
            require(settled.settler == settler && settled.settledAt == _time, "another settler or time");
            batchIds.push(batchId);
            _copyIds.push(registry.batchIdOf(COPIER, batch));
            hashes[batchId] = hashOfBatch(batchId);
            _batched.push(four);
        } catch {
            bytes32 known = registry.batchIdOf(settler, batch);
            require(hashes[known] != 0, "a settler was kept out");
        }
    }

    function recordFromBatch(
        uint256 sender,
        uint256 batch,
        uint256 index,
        uint64 shift,
        bool other,
        bool copied
    ) external {
        if (batchIds.length == 0) return;
        batch = batch % batchIds.length;
        index = index % 4;
        shift = shift % 2;
        Proof[4] memory four = _batched[batch];
        bytes32[] memory leaves = new bytes32[](4);
        for (uint256 i = 0; i < 4; ++i) {
            leaves[i] = _leafOf(four[i], i);
        }
        Proof memory proof = four[index];
        // Somebody else's signature where the leaf has the attester's.
        bytes memory seal = other ? _sign(KEY + 1, registry.digestOf(proof)) : _sealOf(proof);
        uint64 offset = uint64(index) + shift;
        // The same leaves under the copier's id: what an attester signed is as good there, a submitter's own word is not.
        bytes32 batchId = copied ? _copyIds[batch] : batchIds[batch];
        bool taken = copied && index == 0;
        bytes32[] memory path = MerkleTree.path(leaves, index);
        vm.warp(_time);
        vm.prank(_actor(sender));
        try registry.recordFromBatch(batchId, proof, offset, proof.evidence.size, path, seal) returns (
            bytes32 recordId
        ) {
            require(shift == 0, "a wrong place was accepted");
            require(!other && index != UNSEALED, "a seal was accepted that was not settled");
            require(!taken, "a copier became the submitter");
            _remember(recordId);
            uint64 settledAt = registry.batchOf(batchId).settledAt;
            require(registry.proofOf(recordId).anchoredAt == settledAt, "anchored at another time");
        } catch {
            bytes32 known = registry.batchRecordIdOf(batchId, registry.proofIdOf(proof));
            bool valid = shift == 0 && !other && index != UNSEALED && !taken;
            require(!valid || hashes[known] != 0, "a leaf was kept out");
        }
    }

    function withdrawVanilla(uint256 sender, uint256 index) external {
        if (_vanilla.length == 0) return;
        Proof memory proof = _vanilla[index % _vanilla.length];
        vm.warp(_time);
        vm.prank(_actor(sender));
        try registry.withdraw(proof) returns (bytes32 proofId) {
            require(proof.evidence.attesterId == _asAttester(_actor(sender)), "withdrawn by another");
            _rememberWithdrawn(proofId);
        } catch {
            _requireNotKeptOut(proof, proof.evidence.attesterId == _asAttester(_actor(sender)));
        }
    }

    function withdrawAttested(uint256 sender, uint256 index, bool forged) external {
        if (_attested.length == 0) return;
        Proof memory proof = _attested[index % _attested.length];
        bytes32 digest = registry.withdrawalDigestOf(registry.proofIdOf(proof));
        bytes memory seal = _sign(forged ? KEY + 1 : KEY, digest);
        vm.warp(_time);
        vm.prank(_actor(sender));
        try registry.withdrawWithSeal(proof, seal) returns (bytes32 proofId) {
            require(!forged, "withdrawn by another");
            _rememberWithdrawn(proofId);
        } catch {
            _requireNotKeptOut(proof, !forged);
        }
    }

    /// @notice Withdraws a leaf, recorded or not.
    function withdrawFromBatch(uint256 sender, uint256 batch, uint256 index, bool forged) external {
        if (batchIds.length == 0) return;
        Proof memory proof = _batched[batch % batchIds.length][index % 4];
        bool vanilla = proof.evidence.verifier == address(0);
        bool rightful = vanilla ? proof.evidence.attesterId == _asAttester(_actor(sender)) : !forged;
        bytes32 digest = registry.withdrawalDigestOf(registry.proofIdOf(proof));
        bytes memory seal = _sign(forged ? KEY + 1 : KEY, digest);
        vm.warp(_time);
        vm.prank(_actor(sender));
        (bool done, ) = address(registry).call(
            vanilla
                ? abi.encodeCall(IProofRegistry.withdraw, (proof))
                : abi.encodeCall(IProofRegistry.withdrawWithSeal, (proof, seal))
        );
        require(!done || rightful, "withdrawn by another");
        if (done) _rememberWithdrawn(registry.proofIdOf(proof));
        else _requireNotKeptOut(proof, rightful);
    }

    function wait(uint64 time) external {
        _time += time % 1000;
    }

    function counts() external view returns (uint256 records, uint256 batches, uint256 withdrawals) {
        return (recordIds.length, batchIds.length, withdrawn.length);
    }

    /// @notice Hash of all of a record that must never change.
    function hashOfRecord(bytes32 recordId) public view returns (bytes32) {
        IProofRegistry.ProofRecord memory record = registry.proofOf(recordId);
        record.withdrawn = false;
        record.withdrawnAt = 0;
        return keccak256(abi.encode(record));
    }

    function hashOfBatch(bytes32 batchId) public view returns (bytes32) {
        return keccak256(abi.encode(registry.batchOf(batchId)));
    }

    function _remember(bytes32 recordId) private {
        require(hashes[recordId] == 0, "a record was written twice");
        recordIds.push(recordId);
        hashes[recordId] = hashOfRecord(recordId);
    }

    function _isKnown(Proof memory proof) private view returns (bool known) {
        return hashes[registry.proofIdOf(proof)] != 0;
    }

    function _rememberWithdrawn(bytes32 proofId) private {
        require(withdrawnAt[proofId] == 0, "withdrawn twice");
        withdrawn.push(proofId);
        withdrawnAt[proofId] = uint64(block.timestamp);
    }

    function _requireNotKeptOut(Proof memory proof, bool rightful) private view {
        require(!rightful || withdrawnAt[registry.proofIdOf(proof)] != 0, "kept from withdrawing");
    }

    function _leafOf(Proof memory proof, uint256 index) private view returns (bytes32) {
        bytes32 sealHash = keccak256(index == UNSEALED ? bytes("") : _sealOf(proof));
        return ProofHash.ofLeaf(registry.proofIdOf(proof), sealHash, uint64(index), proof.evidence.size);
    }

    function _sealOf(Proof memory proof) private view returns (bytes memory) {
        return proof.evidence.verifier == address(0) ? bytes("") : _sign(KEY, registry.digestOf(proof));
    }

    function _sign(uint256 key, bytes32 digest) private pure returns (bytes memory) {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(key, digest);
        return abi.encodePacked(r, s, v);
    }

    function _actor(uint256 seed) private pure returns (address) {
        return address(uint160(0xa11ce + (seed % 3)));
    }

    function _asAttester(address account) private pure returns (bytes32) {
        return bytes32(uint256(uint160(account)));
    }
}

/// @title What holds of a proof registry after any sequence of calls
contract ProofRegistryInvariants {
    ProofRegistryHandler private _handler;

    function setUp() external {
        _handler = new ProofRegistryHandler();
    }

    function targetContracts() external view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(_handler);
    }

    function invariant_RecordsNeverChange() external view {
        (uint256 count, , ) = _handler.counts();
        for (uint256 i = 0; i < count; ++i) {
            bytes32 recordId = _handler.recordIds(i);
            require(_handler.registry().exists(recordId), "a record was lost");
            require(_handler.hashOfRecord(recordId) == _handler.hashes(recordId), "a record changed");
        }
    }

    function invariant_RootsAndBundlesNeverChange() external view {
        (, uint256 count, ) = _handler.counts();
        for (uint256 i = 0; i < count; ++i) {
            bytes32 batchId = _handler.batchIds(i);
            require(_handler.hashOfBatch(batchId) == _handler.hashes(batchId), "a batch changed");
        }
    }

    function invariant_WithdrawalIsFinalAndOnlyWhereItWasMade() external view {
        (uint256 records, , uint256 count) = _handler.counts();
        for (uint256 i = 0; i < count; ++i) {
            bytes32 proofId = _handler.withdrawn(i);
            require(_handler.registry().isWithdrawn(proofId), "a withdrawal was lost");
            uint64 time = _handler.registry().withdrawnAt(proofId);
            require(time == _handler.withdrawnAt(proofId), "a withdrawal was dated anew");
        }
        for (uint256 i = 0; i < records; ++i) {
            IProofRegistry.ProofRecord memory record = _handler.registry().proofOf(_handler.recordIds(i));
            uint64 time = _handler.withdrawnAt(record.proofId);
            require(record.withdrawnAt == time && record.withdrawn == (time != 0), "marked otherwise than withdrawn");
        }
    }
}
