// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ERC165, IERC165} from "@openzeppelin/contracts/utils/introspection/ERC165.sol";
import {AvailabilityPolicy, IAvailabilityLens} from "../interfaces/IAvailabilityLens.sol";
import {IBlobAvailability} from "../interfaces/IBlobAvailability.sol";
import {IModelRegistry} from "../interfaces/IModelRegistry.sol";
import {IVersioned} from "../interfaces/IVersioned.sol";

/// @title AvailabilityLens
/// @notice See {IAvailabilityLens}.
contract AvailabilityLens is IAvailabilityLens, ERC165 {
    /// @inheritdoc IAvailabilityLens
    IModelRegistry public immutable models;
    /// @inheritdoc IAvailabilityLens
    IBlobAvailability public immutable availability;

    /// @param models_ Where versions are read.
    /// @param availability_ Where certificates are read.
    constructor(IModelRegistry models_, IBlobAvailability availability_) {
        models = models_;
        availability = availability_;
    }

    /// @inheritdoc IAvailabilityLens
    function requireAvailable(
        bytes32 modelId,
        uint32 version_,
        bytes32[] calldata blobIds,
        AvailabilityPolicy calldata policy
    ) external view returns (IModelRegistry.ReleaseRecord memory release) {
        release = models.releaseOf(modelId, version_);
        bytes32 blobsHash = keccak256(abi.encodePacked(blobIds));
        if (blobsHash != release.blobsHash) {
            revert AvailabilityLensOtherBlobs(modelId, version_, blobsHash, release.blobsHash);
        }
        requireBlob(release.manifest.blobId, policy);
        for (uint256 i = 0; i < blobIds.length; ++i) {
            requireBlob(blobIds[i], policy);
        }
    }

    /// @inheritdoc IVersioned
    function version() external pure returns (string memory) {
        return "1.0.0";
    }

    /// @inheritdoc IERC165
    function supportsInterface(bytes4 interfaceId) public view override(ERC165, IERC165) returns (bool) {
        return
            interfaceId == type(IAvailabilityLens).interfaceId ||
            interfaceId == type(IVersioned).interfaceId ||
            super.supportsInterface(interfaceId);
    }

    /// @inheritdoc IAvailabilityLens
    function requireBlob(bytes32 blobId, AvailabilityPolicy calldata policy) public view {
        if (policy.source == address(0)) revert AvailabilityLensSourceMissing();
        if (availability.certifiedWithin(policy.source, blobId, policy.maxAge)) return;
        (, uint64 epochStart) = availability.lastCertified(policy.source, blobId);
        revert AvailabilityLensNotAvailable(blobId, policy.source, epochStart, policy.maxAge);
    }
}
