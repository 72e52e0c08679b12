// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.24;

/// @notice Names a blob on Walrus and pins its bytes. A reference is complete when none of its fields is zero.
/// @param blobId The 32 raw bytes of the Blob ID, not reversed (Sui's `u256` is their little-endian reading).
/// @param contentHash SHA-256 of the unencoded bytes.
/// @param size Unencoded length in bytes.
struct BlobRef {
    bytes32 blobId;
    bytes32 contentHash;
    uint64 size;
}
