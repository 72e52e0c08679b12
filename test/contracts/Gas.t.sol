// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IProofRegistry} from "../../contracts/interfaces/IProofRegistry.sol";
import {ProofHash} from "../../contracts/libraries/ProofHash.sol";
import {ProofRegistry} from "../../contracts/ProofRegistry.sol";
import {MerkleTree} from "./support/MerkleTree.sol";
import {Samples} from "./support/Samples.sol";
import {vm} from "./support/Vm.sol";

/// @title What a contract pays inside a view of the registry
contract GasTest {
    uint256 private constant LIMIT = 6000;
    uint256 private constant COLD_SLOT = 2100;
    uint256 private constant INDEX = 677;
    bytes32 private constant SEAL_HASH = keccak256("a seal");

    ProofRegistry private _registry;
    bytes32 private _batchId;
    bytes32[] private _leaves;

    function setUp() external {
        _registry = new ProofRegistry();
        for (uint256 i = 0; i < 1024; ++i) {
            _leaves.push(ProofHash.ofLeaf(keccak256(abi.encode(i)), SEAL_HASH, uint64(i) << 20, 123_456));
        }
        bytes32 root = MerkleTree.root(_leaves);
        _batchId = _registry.settle(IProofRegistry.Batch(root, 1024, Samples.blob(1)));
    }

    function test_IsInBatchAtDepth10() external {
        bytes32[] memory path = MerkleTree.path(_leaves, INDEX);
        bytes32 batchId = _batchId;
        bytes32 proofId = keccak256(abi.encode(INDEX));
        require(path.length == 10, "depth");
        vm.cool(address(_registry));
        require(_registry.isInBatch(batchId, proofId, SEAL_HASH, uint64(INDEX) << 20, 123_456, path), "not found");
        uint256 used = vm.lastCallGas().gasTotalUsed;
        require(used <= LIMIT, "above the limit");
        require(used > COLD_SLOT, "the root was warm, so this measures too little");
    }
}
