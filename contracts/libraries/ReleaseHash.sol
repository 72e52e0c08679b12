// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {BlobRef} from "../interfaces/BlobRef.sol";
import {IModelRegistry} from "../interfaces/IModelRegistry.sol";

/// @title EIP-712 struct hash of the wish to publish
library ReleaseHash {
    bytes32 internal constant BLOB_REF_TYPE = keccak256("BlobRef(bytes32 blobId,bytes32 contentHash,uint64 size)");
    bytes32 internal constant RELEASE_TYPE = keccak256(
        "Release(BlobRef manifest,bytes32 blobsHash,uint32 endEpoch,string label)BlobRef(bytes32 blobId,bytes32 contentHash,uint64 size)"
    );
    bytes32 internal constant PUBLISH_TYPE = keccak256(
        "Publish(bytes32 modelId,uint32 version,Release release,address publisher,uint64 deadline)BlobRef(bytes32 blobId,bytes32 contentHash,uint64 size)Release(BlobRef manifest,bytes32 blobsHash,uint32 endEpoch,string label)"
    );

    /// @notice Hash of `Publish`.
    function ofPublish(
        bytes32 modelId,
        uint32 version,
        IModelRegistry.Release calldata release,
        address publisher,
        uint64 deadline
    ) internal pure returns (bytes32) {
        return keccak256(abi.encode(PUBLISH_TYPE, modelId, version, ofRelease(release), publisher, deadline));
    }

    /// @notice Hash of a release.
    function ofRelease(IModelRegistry.Release calldata release) internal pure returns (bytes32) {
        bytes32 label = keccak256(bytes(release.label));
        return
            keccak256(
                abi.encode(RELEASE_TYPE, ofBlobRef(release.manifest), release.blobsHash, release.endEpoch, label)
            );
    }

    /// @notice Hash of a blob reference, whose fields take one word each.
    function ofBlobRef(BlobRef calldata blob) internal pure returns (bytes32) {
        return keccak256(abi.encode(BLOB_REF_TYPE, blob));
    }
}
