// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {BlobRef} from "../../contracts/interfaces/BlobRef.sol";
import {IModelOwnership} from "../../contracts/interfaces/IModelOwnership.sol";
import {IModelRegistry} from "../../contracts/interfaces/IModelRegistry.sol";
import {ModelRegistry} from "../../contracts/ModelRegistry.sol";
import {vm} from "./support/Vm.sol";

contract ModelRegistryTest {
    ModelRegistry private _registry;

    function setUp() external {
        _registry = new ModelRegistry();
    }

    function testFuzz_ModelsOfTwoCreatorsOrNamesNeverMeet(
        address one,
        address two,
        string calldata name,
        string calldata other
    ) external view {
        bool same = one == two && keccak256(bytes(name)) == keccak256(bytes(other));
        require((_registry.modelIdOf(one, name) == _registry.modelIdOf(two, other)) == same, "model id");
    }

    function testFuzz_AReleaseIsReadBackAsPublished(
        BlobRef calldata manifest,
        bytes32 blobsHash,
        uint32 endEpoch,
        uint64 time
    ) external {
        vm.assume(manifest.blobId != 0 && manifest.contentHash != 0 && manifest.size != 0 && blobsHash != 0);
        vm.warp(time);
        bytes32 modelId = _registry.register("model");
        IModelRegistry.Release memory release = IModelRegistry.Release({
            manifest: manifest,
            blobsHash: blobsHash,
            endEpoch: endEpoch,
            label: ""
        });
        require(_registry.publish(modelId, release) == 1, "version");
        IModelRegistry.ReleaseRecord memory expected = IModelRegistry.ReleaseRecord({
            manifest: manifest,
            blobsHash: blobsHash,
            endEpoch: endEpoch,
            status: IModelRegistry.Status.Active,
            publishedAt: time
        });
        bytes32 found = keccak256(abi.encode(_registry.releaseOf(modelId, 1)));
        require(found == keccak256(abi.encode(expected)), "release");
        vm.expectRevert(abi.encodeWithSelector(IModelRegistry.ModelRegistryUnchanged.selector, modelId, 1));
        _registry.publish(modelId, release);
    }

    function testFuzz_OnlyTheOwnerChangesAnything(address stranger) external {
        vm.assume(stranger != address(this));
        bytes32 modelId = _registry.register("model");
        IModelRegistry.Release memory release;
        bytes memory refusal = abi.encodeWithSelector(
            IModelOwnership.ModelRegistryNotOwner.selector,
            modelId,
            stranger,
            address(this)
        );
        bytes memory notPublisher = abi.encodeWithSelector(
            IModelOwnership.ModelRegistryNotPublisher.selector,
            modelId,
            stranger,
            address(this)
        );
        vm.prank(stranger);
        vm.expectRevert(notPublisher);
        _registry.publish(modelId, release);
        vm.prank(stranger);
        vm.expectRevert(notPublisher);
        _registry.renew(modelId, 1, type(uint32).max);
        vm.prank(stranger);
        vm.expectRevert(refusal);
        _registry.offerModel(modelId, stranger);
        vm.prank(stranger);
        vm.expectRevert(refusal);
        _registry.setPublisher(modelId, stranger, true);
        vm.prank(stranger);
        vm.expectRevert(refusal);
        _registry.setTag(modelId, "stable", 0);
        vm.prank(stranger);
        vm.expectRevert(refusal);
        _registry.setStatus(modelId, 1, IModelRegistry.Status.Revoked, "");
    }
}
