// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.24;

/// @notice Whose a model is, and who else may publish it. No admin: a model is its owner's.
///
/// A model's id and full name hold its creator for good; its owner may change, in two steps. A publisher is an account that the
/// owner lets publish and renew, and nothing else. A new owner begins without publishers, whoever owned the model before.
interface IModelOwnership {
    /// @notice A model as it stands.
    /// @param owner Who may tag, set statuses, name publishers and give the model away; may publish too.
    /// @param creator Who registered it; part of its id and of its full name for good.
    /// @param pendingOwner Who may take the model over; zero for nobody.
    /// @param versionCount How many versions exist; they are numbered from 1.
    /// @param registeredAt Time of the block that registered it, in Unix seconds.
    /// @param name Its name under the creator.
    struct ModelRecord {
        address owner;
        address creator;
        address pendingOwner;
        uint32 versionCount;
        uint64 registeredAt;
        string name;
    }

    /// @notice A model was registered; its owner is its creator.
    /// @param modelId The model.
    /// @param creator Who registered it.
    /// @param name Its name under the creator.
    event ModelRegistered(bytes32 indexed modelId, address indexed creator, string name);

    /// @notice The owner offered the model to an account, in place of any earlier offer; nothing has changed hands yet.
    /// @param modelId The model.
    /// @param owner The owner.
    /// @param pendingOwner Who may accept; zero if the offer was taken back.
    event ModelOffered(bytes32 indexed modelId, address indexed owner, address indexed pendingOwner);

    /// @notice The model changed hands. It has no publishers and is offered to nobody now.
    /// @param modelId The model.
    /// @param previousOwner Whose it was.
    /// @param owner Whose it is.
    event ModelTransferred(bytes32 indexed modelId, address indexed previousOwner, address indexed owner);

    /// @notice The owner began or ended to let an account publish.
    /// @param modelId The model.
    /// @param publisher The account.
    /// @param allowed Whether it may publish from now on.
    event PublisherSet(bytes32 indexed modelId, address indexed publisher, bool allowed);

    /// @notice The name breaks its grammar.
    /// @param name What was given.
    error ModelRegistryInvalidName(string name);

    /// @notice The creator has a model of this name already.
    /// @param modelId That model.
    error ModelRegistryAlreadyRegistered(bytes32 modelId);

    /// @notice No such model.
    /// @param modelId What was asked for.
    error ModelRegistryUnknownModel(bytes32 modelId);

    /// @notice Only the owner may do this.
    /// @param modelId The model.
    /// @param account Who tried.
    /// @param owner Who may.
    error ModelRegistryNotOwner(bytes32 modelId, address account, address owner);

    /// @notice Only the owner and those whom it lets publish may do this.
    /// @param modelId The model.
    /// @param account Who tried, or signed.
    /// @param owner Who may, and names others.
    error ModelRegistryNotPublisher(bytes32 modelId, address account, address owner);

    /// @notice The model is not offered to this account.
    /// @param modelId The model.
    /// @param account Who tried.
    /// @param pendingOwner Whom it is offered to; zero for nobody.
    error ModelRegistryNotPendingOwner(bytes32 modelId, address account, address pendingOwner);

    /// @notice Registers a model under the caller.
    /// @param name Its name: 1-64 characters of `[a-z0-9._-]`.
    /// @return modelId `keccak256(abi.encode(creator, name))`.
    function register(string calldata name) external returns (bytes32 modelId);

    /// @notice Offers a model to an account, which owns it once it accepts. Only for the owner, who may offer it to another or take
    /// the offer back until then.
    /// @param modelId The model.
    /// @param to Who may accept; zero to take an offer back.
    function offerModel(bytes32 modelId, address to) external;

    /// @notice Takes over a model that is offered to the caller. Ends what the publishers named so far may do.
    /// @param modelId The model.
    function acceptModel(bytes32 modelId) external;

    /// @notice Lets an account publish and renew, or no longer. Only for the owner. Saying again what holds changes nothing.
    /// @param modelId The model.
    /// @param publisher The account.
    /// @param allowed Whether it may publish from now on.
    function setPublisher(bytes32 modelId, address publisher, bool allowed) external;

    /// @notice The id that a model has or would have.
    /// @param creator Who registers it.
    /// @param name Its name, which is not checked here.
    /// @return modelId `keccak256(abi.encode(creator, name))`.
    function modelIdOf(address creator, string calldata name) external pure returns (bytes32 modelId);

    /// @notice A model as it stands; reverts if there is none.
    /// @param modelId The model.
    /// @return record The model.
    function model(bytes32 modelId) external view returns (ModelRecord memory record);

    /// @notice Whether an account may publish versions of a model: the owner, or a publisher that it named.
    /// @param modelId The model.
    /// @param account The account.
    /// @return allowed True if it may; false for an unknown model too.
    function mayPublish(bytes32 modelId, address account) external view returns (bool allowed);

    /// @notice How many publishers the owner has named, itself not counted unless it named itself.
    /// @param modelId The model.
    /// @return count Their number.
    function publisherCount(bytes32 modelId) external view returns (uint256 count);

    /// @notice A page of a model's publishers, in no order that lasts.
    /// @param modelId The model.
    /// @param offset How many to skip.
    /// @param limit How many to return; more than 500 count as 500.
    /// @return accounts The page; shorter or empty at the end.
    function publishers(
        bytes32 modelId,
        uint256 offset,
        uint256 limit
    ) external view returns (address[] memory accounts);

    /// @notice How many models there are.
    /// @return count The number of all models.
    function modelCount() external view returns (uint256 count);

    /// @notice How many models a creator registered, whoever owns them now.
    /// @param creator The creator.
    /// @return count Their number.
    function modelCountOf(address creator) external view returns (uint256 count);

    /// @notice A page of all models, in the order of registration.
    /// @param offset How many to skip.
    /// @param limit How many to return; more than 500 count as 500.
    /// @return modelIds The page; shorter or empty at the end.
    function models(uint256 offset, uint256 limit) external view returns (bytes32[] memory modelIds);

    /// @notice A page of a creator's models, in the order of registration, whoever owns them now.
    /// @param creator The creator.
    /// @param offset How many to skip.
    /// @param limit How many to return; more than 500 count as 500.
    /// @return modelIds The page; shorter or empty at the end.
    function modelsOf(address creator, uint256 offset, uint256 limit) external view returns (bytes32[] memory modelIds);
}
