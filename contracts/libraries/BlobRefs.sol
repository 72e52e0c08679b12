// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {BlobRef} from "../interfaces/BlobRef.sol";

/// @title What can be said of a blob reference without its blob
library BlobRefs {
    /// @notice Whether no field is zero.
    function isComplete(BlobRef calldata blob) internal pure returns (bool) {
        return blob.blobId != 0 && blob.contentHash != 0 && blob.size != 0;
    }

    /// @notice Whether every field is zero.
    function isEmpty(BlobRef calldata blob) internal pure returns (bool) {
        return blob.blobId == 0 && blob.contentHash == 0 && blob.size == 0;
    }
}
