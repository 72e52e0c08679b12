// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Evidence, Proof, Statement} from "../../../contracts/interfaces/Proof.sol";
import {ProofHash} from "../../../contracts/libraries/ProofHash.sol";

/// @title Hashes against EIP-712 spelled out field by field
contract ProofHashTest {
    string private constant STATEMENT =
        "Statement(bytes32 modelId,uint32 modelVersion,bytes32 manifestHash,bytes32 inputHash,bytes32 outputHash,bytes32 requestId,uint64 producedAt)";
    string private constant EVIDENCE =
        "Evidence(address verifier,bytes32 attesterId,bytes32 blobId,bytes32 contentHash,uint64 size)";

    function proofId(Proof calldata proof) external pure returns (bytes32) {
        return ProofHash.ofProof(proof);
    }

    function testFuzz_ProofIdIsTheStructHash(Proof calldata proof) external pure {
        require(ProofHash.ofStatement(proof.statement) == _statementHash(proof.statement), "statement");
        require(ProofHash.ofEvidence(proof.evidence) == _evidenceHash(proof.evidence), "evidence");
        bytes32 proofType = keccak256(
            bytes.concat("Proof(Statement statement,Evidence evidence)", bytes(EVIDENCE), bytes(STATEMENT))
        );
        bytes32 expected = keccak256(
            abi.encode(proofType, _statementHash(proof.statement), _evidenceHash(proof.evidence))
        );
        require(ProofHash.ofProof(proof) == expected, "proof");
    }

    function testFuzz_EvidenceInABundleIsEvidenceWithoutABlob(Evidence memory evidence) external pure {
        evidence.blobId = 0;
        bytes32 hash = ProofHash.ofEvidenceInBundle(
            evidence.verifier,
            evidence.attesterId,
            evidence.contentHash,
            evidence.size
        );
        require(hash == _evidenceHash(evidence), "evidence");
    }

    /// @dev Flips one bit of one word. Words of narrower types then either overflow them and are refused, or differ.
    function testFuzz_EveryBitCounts(Proof calldata proof, uint256 position) external view {
        bytes memory call = abi.encodeCall(this.proofId, (proof));
        uint256 bit = position % ((call.length - 4) * 8);
        uint256 index = 4 + bit / 8;
        call[index] = call[index] ^ bytes1(uint8(1 << (bit % 8)));
        (bool success, bytes memory answer) = address(this).staticcall(call);
        require(!success || abi.decode(answer, (bytes32)) != ProofHash.ofProof(proof), "the same id");
    }

    function testFuzz_LeafIsHashedTwice(bytes32 id, bytes32 sealHash, uint64 offset, uint64 length) external pure {
        bytes32 inner = keccak256(abi.encodePacked(id, sealHash, uint256(offset), uint256(length)));
        require(ProofHash.ofLeaf(id, sealHash, offset, length) == keccak256(abi.encodePacked(inner)), "leaf");
    }

    function _statementHash(Statement memory s) private pure returns (bytes32) {
        bytes32 typeHash = keccak256(bytes(STATEMENT));
        bytes memory head = abi.encode(typeHash, s.modelId, uint256(s.modelVersion), s.manifestHash, s.inputHash);
        return keccak256(bytes.concat(head, abi.encode(s.outputHash, s.requestId, uint256(s.producedAt))));
    }

    function _evidenceHash(Evidence memory e) private pure returns (bytes32) {
        bytes32 typeHash = keccak256(bytes(EVIDENCE));
        bytes32 verifier = bytes32(uint256(uint160(e.verifier)));
        return keccak256(abi.encode(typeHash, verifier, e.attesterId, e.blobId, e.contentHash, uint256(e.size)));
    }
}
