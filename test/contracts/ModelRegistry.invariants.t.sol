// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IModelOwnership} from "../../contracts/interfaces/IModelOwnership.sol";
import {IModelRegistry} from "../../contracts/interfaces/IModelRegistry.sol";
import {ModelRegistry} from "../../contracts/ModelRegistry.sol";
import {Samples} from "./support/Samples.sol";
import {vm} from "./support/Vm.sol";

/// @title Does to a model registry whatever three accounts might, and remembers what must hold ever after
contract ModelRegistryHandler {
    ModelRegistry public immutable registry = new ModelRegistry();

    bytes32[] public modelIds;
    mapping(bytes32 modelId => uint32) public count;
    mapping(bytes32 modelId => mapping(uint32 version => bytes32)) public releaseHash;
    mapping(bytes32 modelId => mapping(uint32 version => bool)) public revoked;
    mapping(bytes32 modelId => mapping(string tag => uint32)) public tagged;
    mapping(bytes32 modelId => mapping(string label => uint32)) public labelled;

    string[3] private _names = ["iris", "whisper-small", "x.y_z"];
    // One text is both.
    string[3] private _tags = ["stable", "beta", "v1"];
    string[4] private _labels = ["", "v1", "1.0.0", "v2"];

    function register(uint256 actor, uint256 name) external {
        vm.prank(_actor(actor));
        try registry.register(_names[name % 3]) returns (bytes32 modelId) {
            for (uint256 i = 0; i < modelIds.length; ++i) require(modelIds[i] != modelId, "registered twice");
            modelIds.push(modelId);
        } catch {}
    }

    function publish(uint256 actor, uint256 model, uint256 seed, uint256 label) external {
        if (modelIds.length == 0) return;
        bytes32 modelId = modelIds[model % modelIds.length];
        IModelRegistry.Release memory release = IModelRegistry.Release({
            // Few seeds, so that the newest manifest often comes again.
            manifest: Samples.blob(seed % 3),
            blobsHash: keccak256(abi.encode(seed)),
            endEpoch: uint32(seed),
            label: _labels[label % 4]
        });
        vm.prank(_actor(actor));
        try registry.publish(modelId, release) returns (uint32 version) {
            require(_isOwner(actor, modelId), "published by another than the owner");
            require(version == count[modelId] + 1, "a version was skipped");
            count[modelId] = version;
            releaseHash[modelId][version] = hashOf(modelId, version);
            if (bytes(release.label).length == 0) return;
            require(labelled[modelId][release.label] == 0, "a label was given twice");
            require(tagged[modelId][release.label] == 0, "a label that is a tag");
            labelled[modelId][release.label] = version;
        } catch {}
    }

    function setTag(uint256 actor, uint256 model, uint256 tag, uint32 version) external {
        if (modelIds.length == 0) return;
        bytes32 modelId = modelIds[model % modelIds.length];
        // One more than there are, so that some are refused.
        version = version % (count[modelId] + 2);
        vm.prank(_actor(actor));
        try registry.setTag(modelId, _tags[tag % 3], version) {
            require(_isOwner(actor, modelId), "tagged by another than the owner");
            require(version <= count[modelId], "a tag on no version");
            require(version == 0 || !revoked[modelId][version], "a tag onto a revoked version");
            uint32 label_ = labelled[modelId][_tags[tag % 3]];
            require(version == 0 || label_ == 0 || label_ == version, "a tag that is another version's label");
            tagged[modelId][_tags[tag % 3]] = version;
        } catch {}
    }

    function setStatus(uint256 actor, uint256 model, uint32 version, uint8 status) external {
        if (modelIds.length == 0) return;
        bytes32 modelId = modelIds[model % modelIds.length];
        version = version % (count[modelId] + 2);
        IModelRegistry.Status to = IModelRegistry.Status(status % 3);
        vm.prank(_actor(actor));
        try registry.setStatus(modelId, version, to, "") {
            require(_isOwner(actor, modelId), "a status set by another than the owner");
            require(!revoked[modelId][version], "a status after revoked");
            revoked[modelId][version] = to == IModelRegistry.Status.Revoked;
        } catch {}
    }

    function modelCount() external view returns (uint256) {
        return modelIds.length;
    }

    function tagAt(uint256 index) external view returns (string memory) {
        return _tags[index % 3];
    }

    function labelAt(uint256 index) external view returns (string memory) {
        return _labels[index % 4];
    }

    /// @notice Hash of all of a version that must never change.
    function hashOf(bytes32 modelId, uint32 version) public view returns (bytes32) {
        IModelRegistry.ReleaseRecord memory record = registry.releaseOf(modelId, version);
        record.status = IModelRegistry.Status.Active;
        return keccak256(abi.encode(record));
    }

    function _isOwner(uint256 actor, bytes32 modelId) private view returns (bool) {
        return registry.model(modelId).owner == _actor(actor);
    }

    function _actor(uint256 seed) private pure returns (address) {
        return address(uint160(0xa11ce + (seed % 3)));
    }
}

/// @title What holds of a model registry after any sequence of calls
contract ModelRegistryInvariants {
    ModelRegistryHandler private _handler;

    function setUp() external {
        _handler = new ModelRegistryHandler();
    }

    function targetContracts() external view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(_handler);
    }

    function invariant_ModelsAreNeverLost() external view {
        ModelRegistry registry = _handler.registry();
        bytes32[] memory models = registry.models(0, 500);
        require(models.length == _handler.modelCount() && registry.modelCount() == models.length, "number of models");
        for (uint256 i = 0; i < models.length; ++i) {
            require(models[i] == _handler.modelIds(i), "model id");
            IModelOwnership.ModelRecord memory record = registry.model(models[i]);
            require(record.owner == record.creator && record.registeredAt != 0, "owner");
            require(registry.modelIdOf(record.creator, record.name) == models[i], "name");
        }
    }

    function invariant_VersionsOnlyGrowAndNeverChange() external view {
        for (uint256 i = 0; i < _handler.modelCount(); ++i) {
            bytes32 modelId = _handler.modelIds(i);
            uint32 count = _handler.registry().versionCount(modelId);
            require(count == _handler.count(modelId), "number of versions");
            for (uint32 version = 1; version <= count; ++version) {
                require(_handler.hashOf(modelId, version) == _handler.releaseHash(modelId, version), "version");
            }
        }
    }

    function invariant_NeighboursDifferInTheirManifest() external view {
        for (uint256 i = 0; i < _handler.modelCount(); ++i) {
            IModelRegistry.ReleaseRecord[] memory page = _handler.registry().versions(_handler.modelIds(i), 0, 500);
            for (uint256 version = 1; version < page.length; ++version) {
                require(page[version].manifest.blobId != page[version - 1].manifest.blobId, "published twice");
            }
        }
    }

    function invariant_RevokedStaysRevoked() external view {
        for (uint256 i = 0; i < _handler.modelCount(); ++i) {
            bytes32 modelId = _handler.modelIds(i);
            for (uint32 version = 1; version <= _handler.count(modelId); ++version) {
                bool revoked = _handler.registry().releaseOf(modelId, version).status == IModelRegistry.Status.Revoked;
                require(revoked == _handler.revoked(modelId, version), "status");
            }
        }
    }

    function invariant_TagsAndLabelsNameWhatTheyWereGiven() external view {
        ModelRegistry registry = _handler.registry();
        for (uint256 i = 0; i < _handler.modelCount(); ++i) {
            bytes32 modelId = _handler.modelIds(i);
            for (uint256 j = 0; j < 4; ++j) {
                (string memory tag, string memory label) = (_handler.tagAt(j), _handler.labelAt(j));
                require(registry.versionOfTag(modelId, tag) == _handler.tagged(modelId, tag), "tag");
                require(registry.versionOfLabel(modelId, label) == _handler.labelled(modelId, label), "label");
            }
        }
    }
}
