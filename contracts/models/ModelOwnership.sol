// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IModelOwnership} from "../interfaces/IModelOwnership.sol";
import {AccountSet} from "../libraries/AccountSet.sol";
import {Names} from "../libraries/Names.sol";
import {Pages} from "../libraries/Pages.sol";

/// @title The part of ModelRegistry that knows whose a model is
/// @notice See {IModelOwnership}.
abstract contract ModelOwnership is IModelOwnership {
    using AccountSet for AccountSet.Set;
    using Pages for bytes32[];

    /// @dev The first slot is the one that every publish reads and writes. `newestMark` is the end of the newest
    /// manifest's Blob ID: when it differs, and so nearly always, that version need not be read to tell them apart.
    /// `tenure` counts the model's owners so far.
    struct StoredModel {
        address owner;
        uint32 versionCount;
        uint32 newestMark;
        uint32 tenure;
        address creator;
        uint64 registeredAt;
        address pendingOwner;
        string name;
    }

    mapping(bytes32 modelId => StoredModel) internal _models;
    /// @dev By tenure, so that a transfer leaves all of them behind at once, and for good.
    mapping(bytes32 modelId => mapping(uint32 tenure => AccountSet.Set)) private _publishers;
    mapping(address creator => bytes32[] modelIds) private _modelsOf;
    bytes32[] private _modelIds;

    /// @inheritdoc IModelOwnership
    function register(string calldata name) external returns (bytes32 modelId) {
        if (!Names.isName(name)) revert ModelRegistryInvalidName(name);
        modelId = modelIdOf(msg.sender, name);
        StoredModel storage stored = _models[modelId];
        if (stored.creator != address(0)) revert ModelRegistryAlreadyRegistered(modelId);

        stored.owner = msg.sender;
        stored.registeredAt = uint64(block.timestamp);
        stored.creator = msg.sender;
        stored.name = name;
        _modelIds.push(modelId);
        _modelsOf[msg.sender].push(modelId);
        emit ModelRegistered(modelId, msg.sender, name);
    }

    /// @inheritdoc IModelOwnership
    function offerModel(bytes32 modelId, address to) external {
        StoredModel storage stored = _owned(modelId);
        stored.pendingOwner = to;
        emit ModelOffered(modelId, msg.sender, to);
    }

    /// @inheritdoc IModelOwnership
    function acceptModel(bytes32 modelId) external {
        StoredModel storage stored = _known(modelId);
        address pendingOwner = stored.pendingOwner;
        if (msg.sender != pendingOwner) revert ModelRegistryNotPendingOwner(modelId, msg.sender, pendingOwner);

        address previousOwner = stored.owner;
        stored.owner = msg.sender;
        ++stored.tenure;
        delete stored.pendingOwner;
        emit ModelTransferred(modelId, previousOwner, msg.sender);
    }

    /// @inheritdoc IModelOwnership
    function setPublisher(bytes32 modelId, address publisher, bool allowed) external {
        AccountSet.Set storage ours = _publishers[modelId][_owned(modelId).tenure];
        bool changed = allowed ? ours.add(publisher) : ours.remove(publisher);
        if (changed) emit PublisherSet(modelId, publisher, allowed);
    }

    /// @inheritdoc IModelOwnership
    function model(bytes32 modelId) external view returns (ModelRecord memory record) {
        StoredModel storage stored = _known(modelId);
        record = ModelRecord({
            owner: stored.owner,
            creator: stored.creator,
            pendingOwner: stored.pendingOwner,
            versionCount: stored.versionCount,
            registeredAt: stored.registeredAt,
            name: stored.name
        });
    }

    /// @inheritdoc IModelOwnership
    function publisherCount(bytes32 modelId) external view returns (uint256 count) {
        count = _publishers[modelId][_models[modelId].tenure].list.length;
    }

    /// @inheritdoc IModelOwnership
    function publishers(
        bytes32 modelId,
        uint256 offset,
        uint256 limit
    ) external view returns (address[] memory accounts) {
        accounts = _publishers[modelId][_models[modelId].tenure].read(offset, limit);
    }

    /// @inheritdoc IModelOwnership
    function modelCount() external view returns (uint256 count) {
        count = _modelIds.length;
    }

    /// @inheritdoc IModelOwnership
    function modelCountOf(address creator) external view returns (uint256 count) {
        count = _modelsOf[creator].length;
    }

    /// @inheritdoc IModelOwnership
    function models(uint256 offset, uint256 limit) external view returns (bytes32[] memory modelIds) {
        modelIds = _modelIds.read(offset, limit);
    }

    /// @inheritdoc IModelOwnership
    function modelsOf(
        address creator,
        uint256 offset,
        uint256 limit
    ) external view returns (bytes32[] memory modelIds) {
        modelIds = _modelsOf[creator].read(offset, limit);
    }

    /// @inheritdoc IModelOwnership
    function mayPublish(bytes32 modelId, address account) public view returns (bool allowed) {
        StoredModel storage stored = _models[modelId];
        address owner = stored.owner;
        if (owner == address(0)) return false;
        allowed = account == owner || _publishers[modelId][stored.tenure].contains(account);
    }

    /// @inheritdoc IModelOwnership
    function modelIdOf(address creator, string calldata name) public pure returns (bytes32 modelId) {
        modelId = keccak256(abi.encode(creator, name));
    }

    function _known(bytes32 modelId) internal view returns (StoredModel storage stored) {
        stored = _models[modelId];
        if (stored.owner == address(0)) revert ModelRegistryUnknownModel(modelId);
    }

    /// @dev The model, if it is the sender's.
    function _owned(bytes32 modelId) internal view returns (StoredModel storage stored) {
        stored = _models[modelId];
        address owner = stored.owner;
        if (owner == msg.sender) return stored;
        if (owner == address(0)) revert ModelRegistryUnknownModel(modelId);
        revert ModelRegistryNotOwner(modelId, msg.sender, owner);
    }

    /// @dev The model, if `account` may publish it.
    function _publishable(bytes32 modelId, address account) internal view returns (StoredModel storage stored) {
        stored = _models[modelId];
        address owner = stored.owner;
        if (owner == address(0)) revert ModelRegistryUnknownModel(modelId);
        if (owner == account || _publishers[modelId][stored.tenure].contains(account)) return stored;
        revert ModelRegistryNotPublisher(modelId, account, owner);
    }
}
