// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IModelDocuments} from "../../contracts/interfaces/IModelDocuments.sol";
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
    mapping(bytes32 modelId => address) public owner;
    mapping(bytes32 modelId => address) public pendingOwner;
    mapping(bytes32 modelId => mapping(address account => bool)) public named;
    mapping(bytes32 modelId => mapping(uint32 version => bytes32)) public releaseHash;
    mapping(bytes32 modelId => mapping(uint32 version => uint32)) public endEpoch;
    mapping(bytes32 modelId => mapping(uint32 version => bytes32[])) public documentHashes;
    mapping(bytes32 modelId => mapping(uint32 version => mapping(uint32 number => bool))) public documentRevoked;
    mapping(bytes32 modelId => mapping(uint32 version => bool)) public revoked;
    mapping(bytes32 modelId => mapping(string tag => uint32)) public tagged;
    mapping(bytes32 modelId => mapping(string label => uint32)) public labelled;

    uint256 private constant FIRST_KEY = 0xa11ce;

    string[3] private _names = ["iris", "whisper-small", "x.y_z"];
    // One text is both.
    string[3] private _tags = ["stable", "beta", "v1"];
    string[4] private _labels = ["", "v1", "1.0.0", "v2"];

    function register(uint256 actor, uint256 name) external {
        vm.prank(actorAt(actor));
        try registry.register(_names[name % 3]) returns (bytes32 modelId) {
            for (uint256 i = 0; i < modelIds.length; ++i) require(modelIds[i] != modelId, "registered twice");
            modelIds.push(modelId);
            owner[modelId] = actorAt(actor);
        } catch {}
    }

    function setPublisher(uint256 actor, uint256 model, uint256 publisher, bool allowed) external {
        if (modelIds.length == 0) return;
        bytes32 modelId = modelIds[model % modelIds.length];
        vm.prank(actorAt(actor));
        try registry.setPublisher(modelId, actorAt(publisher), allowed) {
            require(actorAt(actor) == owner[modelId], "a publisher named by another than the owner");
            named[modelId][actorAt(publisher)] = allowed;
        } catch {}
    }

    function offer(uint256 actor, uint256 model, uint256 to) external {
        if (modelIds.length == 0) return;
        bytes32 modelId = modelIds[model % modelIds.length];
        // Sometimes to nobody.
        address account = to % 4 == 3 ? address(0) : actorAt(to % 4);
        vm.prank(actorAt(actor));
        try registry.offerModel(modelId, account) {
            require(actorAt(actor) == owner[modelId], "offered by another than the owner");
            pendingOwner[modelId] = account;
        } catch {}
    }

    function accept(uint256 actor, uint256 model) external {
        if (modelIds.length == 0) return;
        bytes32 modelId = modelIds[model % modelIds.length];
        vm.prank(actorAt(actor));
        try registry.acceptModel(modelId) {
            require(actorAt(actor) == pendingOwner[modelId], "accepted by another than the pending owner");
            owner[modelId] = actorAt(actor);
            delete pendingOwner[modelId];
            for (uint256 i = 0; i < 3; ++i) delete named[modelId][actorAt(i)];
        } catch {}
    }

    function publish(uint256 actor, uint256 model, uint256 seed, uint256 label) external {
        if (modelIds.length == 0) return;
        bytes32 modelId = modelIds[model % modelIds.length];
        IModelRegistry.Release memory release = _release(seed, label);
        vm.prank(actorAt(actor));
        try registry.publish(modelId, release) returns (uint32 version) {
            require(_mayPublish(actorAt(actor), modelId), "published by another than a publisher");
            require(version == count[modelId] + 1, "a version was skipped");
            _rememberVersion(modelId, release);
        } catch {}
    }

    function publishFor(
        uint256 signer,
        uint256 model,
        uint256 seed,
        uint256 label,
        uint32 ahead,
        bool forged
    ) external {
        if (modelIds.length == 0) return;
        bytes32 modelId = modelIds[model % modelIds.length];
        IModelRegistry.Release memory release = _release(seed, label);
        // The version that exists already, the next one or the one after it.
        uint32 version = count[modelId] + (ahead % 3);
        uint64 deadline = uint64(block.timestamp);
        address publisher = actorAt(signer);
        bytes32 digest = registry.publishDigestOf(modelId, release, version, publisher, deadline);
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(FIRST_KEY + (((signer % 3) + (forged ? 1 : 0)) % 3), digest);
        try registry.publishFor(modelId, release, version, publisher, deadline, abi.encodePacked(r, s, v)) {
            require(!forged, "a signature of another was accepted");
            require(_mayPublish(publisher, modelId), "published for another than a publisher");
            require(version == count[modelId] + 1, "published as another version than signed");
            _rememberVersion(modelId, release);
        } catch {}
    }

    function renew(uint256 actor, uint256 model, uint32 version, uint32 later) external {
        if (modelIds.length == 0) return;
        bytes32 modelId = modelIds[model % modelIds.length];
        version = version % (count[modelId] + 2);
        vm.prank(actorAt(actor));
        try registry.renew(modelId, version, later) {
            require(_mayPublish(actorAt(actor), modelId), "renewed by another than a publisher");
            require(later > endEpoch[modelId][version], "a claim was shortened");
            endEpoch[modelId][version] = later;
        } catch {}
    }

    function addDocument(uint256 actor, uint256 model, uint32 version, uint8 kind, uint256 seed) external {
        if (modelIds.length == 0) return;
        bytes32 modelId = modelIds[model % modelIds.length];
        version = version % (count[modelId] + 2);
        vm.prank(actorAt(actor));
        try registry.addDocument(modelId, version, IModelDocuments.DocumentKind(kind % 6), Samples.blob(seed)) returns (
            uint32 number
        ) {
            require(version != 0 && version <= count[modelId], "a document of no version");
            require(number == documentHashes[modelId][version].length + 1, "a document was skipped");
            documentHashes[modelId][version].push(hashOfDocument(modelId, version, number));
        } catch {}
    }

    function revokeDocument(uint256 actor, uint256 model, uint32 version, uint32 number) external {
        if (modelIds.length == 0) return;
        bytes32 modelId = modelIds[model % modelIds.length];
        version = version % (count[modelId] + 2);
        number = number % uint32(documentHashes[modelId][version].length + 2);
        vm.prank(actorAt(actor));
        try registry.revokeDocument(modelId, version, number, "") {
            address author = registry.documentOf(modelId, version, number).author;
            require(author == actorAt(actor), "revoked by another than the author");
            require(!documentRevoked[modelId][version][number], "revoked twice");
            documentRevoked[modelId][version][number] = true;
        } catch {}
    }

    function setTag(uint256 actor, uint256 model, uint256 tag, uint32 version) external {
        if (modelIds.length == 0) return;
        bytes32 modelId = modelIds[model % modelIds.length];
        // One more than there are, so that some are refused.
        version = version % (count[modelId] + 2);
        vm.prank(actorAt(actor));
        try registry.setTag(modelId, _tags[tag % 3], version) {
            require(actorAt(actor) == owner[modelId], "tagged by another than the owner");
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
        vm.prank(actorAt(actor));
        try registry.setStatus(modelId, version, to, "") {
            require(actorAt(actor) == owner[modelId], "a status set by another than the owner");
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

    function documentCount(bytes32 modelId, uint32 version) external view returns (uint256) {
        return documentHashes[modelId][version].length;
    }

    function actorAt(uint256 seed) public pure returns (address) {
        return vm.addr(FIRST_KEY + (seed % 3));
    }

    /// @notice Hash of all of a version that must never change.
    function hashOf(bytes32 modelId, uint32 version) public view returns (bytes32) {
        IModelRegistry.ReleaseRecord memory record = registry.releaseOf(modelId, version);
        record.status = IModelRegistry.Status.Active;
        record.endEpoch = 0;
        return keccak256(abi.encode(record));
    }

    /// @notice Hash of all of a document that must never change.
    function hashOfDocument(bytes32 modelId, uint32 version, uint32 number) public view returns (bytes32) {
        IModelDocuments.DocumentRecord memory record = registry.documentOf(modelId, version, number);
        record.revoked = false;
        return keccak256(abi.encode(record));
    }

    function _rememberVersion(bytes32 modelId, IModelRegistry.Release memory release) private {
        uint32 version = ++count[modelId];
        releaseHash[modelId][version] = hashOf(modelId, version);
        endEpoch[modelId][version] = release.endEpoch;
        if (bytes(release.label).length == 0) return;
        require(labelled[modelId][release.label] == 0, "a label was given twice");
        require(tagged[modelId][release.label] == 0, "a label that is a tag");
        labelled[modelId][release.label] = version;
    }

    function _release(uint256 seed, uint256 label) private view returns (IModelRegistry.Release memory) {
        return
            IModelRegistry.Release({
                // Few seeds, so that the newest manifest often comes again.
                manifest: Samples.blob(seed % 3),
                blobsHash: keccak256(abi.encode(seed)),
                endEpoch: uint32(seed),
                label: _labels[label % 4]
            });
    }

    function _mayPublish(address account, bytes32 modelId) private view returns (bool) {
        return account == owner[modelId] || named[modelId][account];
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
            require(record.owner == _handler.owner(models[i]) && record.registeredAt != 0, "owner");
            require(record.pendingOwner == _handler.pendingOwner(models[i]), "pending owner");
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

    function invariant_EndEpochsAreTheLatestClaimed() external view {
        for (uint256 i = 0; i < _handler.modelCount(); ++i) {
            bytes32 modelId = _handler.modelIds(i);
            for (uint32 version = 1; version <= _handler.count(modelId); ++version) {
                uint32 claimed = _handler.registry().releaseOf(modelId, version).endEpoch;
                require(claimed == _handler.endEpoch(modelId, version), "end epoch");
            }
        }
    }

    function invariant_PublishersAreWhomTheOwnerNamedInItsTenure() external view {
        for (uint256 i = 0; i < _handler.modelCount(); ++i) {
            bytes32 modelId = _handler.modelIds(i);
            uint256 expected = 0;
            for (uint256 actor = 0; actor < 3; ++actor) {
                address account = _handler.actorAt(actor);
                bool named = _handler.named(modelId, account);
                if (named) ++expected;
                bool allowed = named || account == _handler.owner(modelId);
                require(_handler.registry().mayPublish(modelId, account) == allowed, "publisher");
            }
            address[] memory listed = _handler.registry().publishers(modelId, 0, 500);
            require(listed.length == expected, "number of publishers");
            require(_handler.registry().publisherCount(modelId) == expected, "count of publishers");
            for (uint256 j = 0; j < listed.length; ++j) {
                require(_handler.named(modelId, listed[j]), "listed without being named");
                for (uint256 k = 0; k < j; ++k) require(listed[j] != listed[k], "listed twice");
            }
        }
    }

    function invariant_DocumentsNeverChangeButToRevoked() external view {
        ModelRegistry registry = _handler.registry();
        for (uint256 i = 0; i < _handler.modelCount(); ++i) {
            bytes32 modelId = _handler.modelIds(i);
            for (uint32 version = 0; version <= _handler.count(modelId) + 1; ++version) {
                uint256 count = _handler.documentCount(modelId, version);
                require(registry.documentCount(modelId, version) == count, "number of documents");
                for (uint32 number = 1; number <= count; ++number) {
                    bytes32 hash = _handler.documentHashes(modelId, version, number - 1);
                    require(_handler.hashOfDocument(modelId, version, number) == hash, "document");
                    bool revoked = registry.documentOf(modelId, version, number).revoked;
                    require(revoked == _handler.documentRevoked(modelId, version, number), "revoked");
                }
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

    function invariant_NoTextNamesTwoVersions() external view {
        ModelRegistry registry = _handler.registry();
        for (uint256 i = 0; i < _handler.modelCount(); ++i) {
            bytes32 modelId = _handler.modelIds(i);
            for (uint256 j = 0; j < 7; ++j) {
                string memory text = j < 3 ? _handler.tagAt(j) : _handler.labelAt(j - 3);
                (uint32 tagged, uint32 labelled) = (
                    registry.versionOfTag(modelId, text),
                    registry.versionOfLabel(modelId, text)
                );
                require(tagged == 0 || labelled == 0 || tagged == labelled, "two versions");
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
