// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {BlobRef} from "../../../contracts/interfaces/BlobRef.sol";
import {Evidence, Proof, Statement} from "../../../contracts/interfaces/Proof.sol";

/// @title Complete structs that differ by a seed
library Samples {
    function blob(uint256 seed) internal pure returns (BlobRef memory) {
        return
            BlobRef({
                blobId: keccak256(abi.encode("blob", seed)),
                contentHash: keccak256(abi.encode("content", seed)),
                size: uint64(36 + (seed % 1_000_000))
            });
    }

    /// @notice A text of less than `longest` characters, most of which some grammar takes: one of three is of letters and digits alone.
    function text(uint256 seed, uint256 longest) internal pure returns (string memory) {
        bytes memory likely = seed % 3 == 0 ? bytes("abcxyz0189") : bytes("abzAZ019._-+\xff");
        bytes memory made = new bytes(uint256(keccak256(abi.encode(seed))) % longest);
        for (uint256 i = 0; i < made.length; ++i) {
            made[i] = likely[uint256(keccak256(abi.encode(seed, i))) % likely.length];
        }
        return string(made);
    }

    function proof(
        uint256 seed,
        address verifier,
        bytes32 attesterId,
        uint64 producedAt
    ) internal pure returns (Proof memory) {
        BlobRef memory evidence = blob(seed);
        return
            Proof({
                statement: Statement({
                    modelId: keccak256(abi.encode("model", seed)),
                    modelVersion: uint32(1 + (seed % 1000)),
                    manifestHash: keccak256(abi.encode("manifest", seed)),
                    inputHash: keccak256(abi.encode("input", seed)),
                    outputHash: keccak256(abi.encode("output", seed)),
                    requestId: keccak256(abi.encode("request", seed)),
                    producedAt: producedAt
                }),
                evidence: Evidence({
                    verifier: verifier,
                    attesterId: attesterId,
                    blobId: evidence.blobId,
                    contentHash: evidence.contentHash,
                    size: evidence.size
                })
            });
    }
}
