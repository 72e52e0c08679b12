// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {BlobRef} from "../interfaces/BlobRef.sol";

/// @title What can be said of a blob reference without its blob
library BlobRefs {
    /// @notice Whether no field is zero.
    function isComplete(BlobRef calldata blob) internal pure returns (bool) {
        return isComplete(blob.blobId, blob.contentHash, blob.size);
    }

    /// @notice The same for fields that stand in another struct.
    function isComplete(bytes32 blobId, bytes32 contentHash, uint64 size) internal pure returns (bool) {
        return blobId != 0 && contentHash != 0 && size != 0;
    }

    /// @notice Whether every field is zero.
    function isEmpty(BlobRef calldata blob) internal pure returns (bool) {
        return blob.blobId == 0 && blob.contentHash == 0 && blob.size == 0;
    }
}
