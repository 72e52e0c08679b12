// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {BlobRef} from "../../contracts/interfaces/BlobRef.sol";
import {IModelDocuments} from "../../contracts/interfaces/IModelDocuments.sol";
import {IModelOwnership} from "../../contracts/interfaces/IModelOwnership.sol";
import {IModelRegistry} from "../../contracts/interfaces/IModelRegistry.sol";
import {Names} from "../../contracts/libraries/Names.sol";
import {ModelRegistry} from "../../contracts/ModelRegistry.sol";
import {Samples} from "./support/Samples.sol";
import {bound, vm} from "./support/Vm.sol";

contract ModelRegistryTest {
    ModelRegistry private _registry;

    function setUp() external {
        _registry = new ModelRegistry();
    }

    function isName(string calldata text) external pure returns (bool) {
        return Names.isName(text);
    }

    function isTag(string calldata text) external pure returns (bool) {
        return Names.isTag(text);
    }

    function isLabel(string calldata text) external pure returns (bool) {
        return Names.isLabel(text);
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

    function testFuzz_ARelayedPublishIsForExactlyWhatWasSigned(
        uint256 key,
        IModelRegistry.Release memory release,
        IModelRegistry.Release memory other,
        uint64 deadline,
        uint64 time
    ) external {
        key = bound(key, 1, type(uint128).max);
        time = uint64(bound(time, 0, deadline));
        release.label = "";
        vm.assume(release.manifest.blobId != 0 && release.manifest.contentHash != 0 && release.blobsHash != 0);
        vm.assume(release.manifest.size != 0);
        vm.assume(keccak256(abi.encode(release)) != keccak256(abi.encode(other)));
        vm.warp(time);
        bytes32 modelId = _registry.register("model");
        address publisher = vm.addr(key);
        _registry.setPublisher(modelId, publisher, true);
        bytes32 digest = _registry.publishDigestOf(modelId, release, 1, publisher, deadline);
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(key, digest);
        bytes memory signature = abi.encodePacked(r, s, v);
        bytes32 otherDigest = _registry.publishDigestOf(modelId, other, 1, publisher, deadline);
        require(otherDigest != digest, "two releases of one digest");
        bytes memory refusal = abi.encodeWithSelector(
            IModelRegistry.ModelRegistryInvalidSignature.selector,
            publisher,
            otherDigest
        );
        vm.expectRevert(refusal);
        _registry.publishFor(modelId, other, 1, publisher, deadline, signature);
        vm.prank(address(uint160(key)));
        _registry.publishFor(modelId, release, 1, publisher, deadline, signature);
        IModelRegistry.ReleaseRecord memory record = _registry.releaseOf(modelId, 1);
        require(keccak256(abi.encode(record.manifest)) == keccak256(abi.encode(release.manifest)), "manifest");
        require(record.blobsHash == release.blobsHash && record.endEpoch == release.endEpoch, "release");
    }

    function testFuzz_AWishToPublishEndsWithItsDeadline(uint64 deadline, uint64 time, address publisher) external {
        vm.assume(deadline < type(uint64).max);
        time = uint64(bound(time, uint256(deadline) + 1, type(uint64).max));
        bytes32 modelId = _registry.register("model");
        IModelRegistry.Release memory release;
        vm.warp(time);
        vm.expectRevert(abi.encodeWithSelector(IModelRegistry.ModelRegistryExpired.selector, deadline, time));
        _registry.publishFor(modelId, release, 1, publisher, deadline, "");
    }

    function testFuzz_OnlyWhomItIsOfferedToTakesAModel(address to, address stranger) external {
        vm.assume(stranger != to);
        bytes32 modelId = _registry.register("model");
        _registry.offerModel(modelId, to);
        vm.prank(stranger);
        vm.expectRevert(
            abi.encodeWithSelector(IModelOwnership.ModelRegistryNotPendingOwner.selector, modelId, stranger, to)
        );
        _registry.acceptModel(modelId);
        vm.assume(to != address(0));
        vm.prank(to);
        _registry.acceptModel(modelId);
        IModelOwnership.ModelRecord memory record = _registry.model(modelId);
        require(record.owner == to && record.creator == address(this) && record.pendingOwner == address(0), "owner");
        require(_registry.mayPublish(modelId, address(this)) == (to == address(this)), "the previous owner");
    }

    function testFuzz_ARenewalOnlyLengthens(uint32 claimed, uint32 renewed) external {
        bytes32 modelId = _registry.register("model");
        _registry.publish(modelId, IModelRegistry.Release(Samples.blob(1), bytes32(uint256(1)), claimed, ""));
        if (renewed <= claimed) {
            vm.expectRevert(
                abi.encodeWithSelector(
                    IModelRegistry.ModelRegistryNotLonger.selector,
                    modelId,
                    uint32(1),
                    renewed,
                    claimed
                )
            );
        }
        _registry.renew(modelId, 1, renewed);
        require(_registry.releaseOf(modelId, 1).endEpoch == (renewed > claimed ? renewed : claimed), "end epoch");
    }

    function testFuzz_ADocumentIsReadBackAsAdded(
        address author,
        uint8 kind,
        BlobRef memory blob,
        uint40 time,
        address stranger
    ) external {
        vm.assume(blob.blobId != 0 && blob.contentHash != 0 && author != address(0) && stranger != author);
        blob.size = uint64(bound(blob.size, 1, type(uint40).max));
        bytes32 modelId = _registry.register("model");
        _registry.publish(modelId, IModelRegistry.Release(Samples.blob(1), bytes32(uint256(1)), 1, ""));
        vm.warp(time);
        vm.prank(author);
        _registry.addDocument(modelId, 1, IModelDocuments.DocumentKind(kind % 6), blob);
        IModelDocuments.DocumentRecord memory expected = IModelDocuments.DocumentRecord({
            author: author,
            kind: IModelDocuments.DocumentKind(kind % 6),
            revoked: false,
            addedAt: time,
            blob: blob
        });
        bytes32 found = keccak256(abi.encode(_registry.documentOf(modelId, 1, 1)));
        require(found == keccak256(abi.encode(expected)), "document");
        vm.prank(stranger);
        vm.expectRevert(
            abi.encodeWithSelector(
                IModelDocuments.ModelRegistryNotAuthor.selector,
                modelId,
                uint32(1),
                uint32(1),
                stranger,
                author
            )
        );
        _registry.revokeDocument(modelId, 1, 1, "");
        vm.prank(author);
        _registry.revokeDocument(modelId, 1, 1, "");
        require(_registry.documentOf(modelId, 1, 1).revoked, "revoked");
    }

    function testFuzz_AnyNameIsRegisteredOrRefusedByItsGrammar(uint256 seed, address creator) external {
        // Nobody sends from there, and an owner of zero is how an unknown model reads.
        vm.assume(creator != address(0));
        string memory name = Samples.text(seed, 70);
        if (this.isName(name)) {
            vm.prank(creator);
            bytes32 modelId = _registry.register(name);
            IModelOwnership.ModelRecord memory record = _registry.model(modelId);
            require(modelId == _registry.modelIdOf(creator, name), "model id");
            require(record.owner == creator && record.creator == creator, "owner");
            require(keccak256(bytes(record.name)) == keccak256(bytes(name)) && record.versionCount == 0, "name");
            require(_registry.modelsOf(creator, 0, 1)[0] == modelId && _registry.modelCountOf(creator) == 1, "list");
            vm.prank(creator);
            vm.expectRevert(abi.encodeWithSelector(IModelOwnership.ModelRegistryAlreadyRegistered.selector, modelId));
            _registry.register(name);
        } else {
            vm.expectRevert(abi.encodeWithSelector(IModelOwnership.ModelRegistryInvalidName.selector, name));
            _registry.register(name);
        }
    }

    function testFuzz_APublisherIsNamedAndDroppedAlone(address one, address other, bool named) external {
        vm.assume(one != other && one != address(this) && other != address(this));
        bytes32 modelId = _registry.register("model");
        _registry.setPublisher(modelId, other, named);
        _registry.setPublisher(modelId, one, true);
        require(_registry.mayPublish(modelId, one) && _registry.mayPublish(modelId, other) == named, "named");
        _registry.setPublisher(modelId, one, false);
        require(!_registry.mayPublish(modelId, one) && _registry.mayPublish(modelId, other) == named, "dropped");
        require(_registry.publisherCount(modelId) == (named ? 1 : 0), "count");
        IModelRegistry.Release memory release = IModelRegistry.Release(Samples.blob(1), bytes32(uint256(1)), 1, "");
        vm.prank(one);
        vm.expectRevert(
            abi.encodeWithSelector(IModelOwnership.ModelRegistryNotPublisher.selector, modelId, one, address(this))
        );
        _registry.publish(modelId, release);
    }

    function testFuzz_ATagIsReadBackAsSet(uint256 seed_, uint32 version, uint32 moved) external {
        string memory tag = Samples.text(seed_, 33);
        bytes32 modelId = _registry.register("model");
        for (uint256 seed = 1; seed <= 3; ++seed) {
            _registry.publish(modelId, IModelRegistry.Release(Samples.blob(seed), bytes32(seed), 1, ""));
        }
        (version, moved) = (version % 4, moved % 5);
        if (!this.isTag(tag)) {
            vm.expectRevert(abi.encodeWithSelector(IModelRegistry.ModelRegistryInvalidTag.selector, tag));
            _registry.setTag(modelId, tag, version);
            return;
        }
        _registry.setTag(modelId, tag, version);
        require(_registry.versionOfTag(modelId, tag) == version, "tag");
        if (moved == 4) {
            vm.expectRevert(
                abi.encodeWithSelector(IModelRegistry.ModelRegistryUnknownVersion.selector, modelId, moved)
            );
        }
        _registry.setTag(modelId, tag, moved);
        require(_registry.versionOfTag(modelId, tag) == (moved == 4 ? version : moved), "moved tag");
        require(_registry.versionOfLabel(modelId, tag) == 0, "label");
    }

    function testFuzz_ALabelNamesItsVersionForGood(uint256 seed) external {
        string memory label = Samples.text(seed, 33);
        bytes32 modelId = _registry.register("model");
        IModelRegistry.Release memory release = IModelRegistry.Release(Samples.blob(seed), bytes32(seed | 1), 1, label);
        if (bytes(label).length != 0 && !this.isLabel(label)) {
            vm.expectRevert(abi.encodeWithSelector(IModelRegistry.ModelRegistryInvalidLabel.selector, label));
            _registry.publish(modelId, release);
            return;
        }
        _registry.publish(modelId, release);
        if (bytes(label).length == 0) return;
        require(_registry.versionOfLabel(modelId, label) == 1, "label");
        unchecked {
            release.manifest = Samples.blob(seed + 1);
        }
        vm.expectRevert(
            abi.encodeWithSelector(IModelRegistry.ModelRegistryLabelTaken.selector, modelId, label, uint32(1))
        );
        _registry.publish(modelId, release);
    }

    function testFuzz_AStatusStaysUntilTheNextAndRevokedForGood(
        uint8 first,
        uint8 second,
        string calldata reason
    ) external {
        bytes32 modelId = _registry.register("model");
        _registry.publish(modelId, IModelRegistry.Release(Samples.blob(1), bytes32(uint256(1)), 1, ""));
        IModelRegistry.Status one = IModelRegistry.Status(first % 3);
        IModelRegistry.Status other = IModelRegistry.Status(second % 3);
        if (bytes(reason).length > 256) {
            vm.expectRevert(
                abi.encodeWithSelector(IModelDocuments.ModelRegistryReasonTooLong.selector, bytes(reason).length)
            );
            _registry.setStatus(modelId, 1, one, reason);
            return;
        }
        _registry.setStatus(modelId, 1, one, reason);
        require(_registry.releaseOf(modelId, 1).status == one, "status");
        bool revoked = one == IModelRegistry.Status.Revoked;
        if (revoked) {
            vm.expectRevert(
                abi.encodeWithSelector(IModelRegistry.ModelRegistryVersionRevoked.selector, modelId, uint32(1))
            );
        }
        _registry.setStatus(modelId, 1, other, reason);
        require(_registry.releaseOf(modelId, 1).status == (revoked ? one : other), "next status");
    }
}
