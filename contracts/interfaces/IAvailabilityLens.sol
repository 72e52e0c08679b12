// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.24;

import {IBlobAvailability} from "./IBlobAvailability.sol";
import {IModelRegistry} from "./IModelRegistry.sol";
import {IVersioned} from "./IVersioned.sol";

/// @notice What a consumer demands of blobs before relying on them.
/// @param source The only source of committees accepted; must be named, since anyone can be one.
/// @param maxAge The greatest age in seconds of the newest certificate, from the beginning of its epoch. An epoch's length plus
/// the time that it takes to bring the next committee and certificate is the least that can always be met.
struct AvailabilityPolicy {
    address source;
    uint64 maxAge;
}

/// @notice What consumers ask about the blobs of a model. Stateless; the registries never call it, nor each other.
interface IAvailabilityLens is IVersioned {
    /// @notice The policy names no source, so it would accept what anyone made up.
    error AvailabilityLensSourceMissing();

    /// @notice The list is not the one that the version was published with.
    /// @param modelId The model.
    /// @param version The version.
    /// @param found keccak256 of the list as given.
    /// @param expected The version's blobs hash.
    error AvailabilityLensOtherBlobs(bytes32 modelId, uint32 version, bytes32 found, bytes32 expected);

    /// @notice A blob has no certificate, or none young enough.
    /// @param blobId The blob.
    /// @param source The policy's source.
    /// @param epochStart When the epoch of its newest certificate began, in Unix seconds; 0 if it has none.
    /// @param maxAge The policy's greatest age in seconds.
    error AvailabilityLensNotAvailable(bytes32 blobId, address source, uint64 epochStart, uint64 maxAge);

    /// @notice Reverts unless every blob of a version, its manifest too, was certified recently enough.
    /// @dev Says nothing about the version's status: that is in what comes back. Which blobs a version has is its publisher's word, for no
    /// chain reads manifests: hold the manifest against `blobsHash` off chain (`model verify`) before money depends on the version.
    /// @param modelId The model.
    /// @param version_ The version.
    /// @param blobIds All blobs that hold the version's files, as its manifest lists them: sorted, each once.
    /// @param policy What the caller accepts.
    /// @return release The version as it stands.
    function requireAvailable(
        bytes32 modelId,
        uint32 version_,
        bytes32[] calldata blobIds,
        AvailabilityPolicy calldata policy
    ) external view returns (IModelRegistry.ReleaseRecord memory release);

    /// @notice Reverts unless a blob was certified recently enough: evidence or a bundle, for instance.
    /// @param blobId The blob.
    /// @param policy What the caller accepts.
    function requireBlob(bytes32 blobId, AvailabilityPolicy calldata policy) external view;

    /// @notice Where versions are read.
    /// @return registry The contract.
    function models() external view returns (IModelRegistry registry);

    /// @notice Where certificates are read.
    /// @return contract_ The contract.
    function availability() external view returns (IBlobAvailability contract_);
}
