// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IGroth16TensorVerifier} from "../../../contracts/interfaces/IGroth16TensorVerifier.sol";
import {IGroth16Verifier} from "../../../contracts/interfaces/IGroth16Verifier.sol";
import {IProofVerifier} from "../../../contracts/interfaces/IProofVerifier.sol";
import {Proof} from "../../../contracts/interfaces/Proof.sol";
import {Groth16TensorVerifier} from "../../../contracts/verifiers/Groth16TensorVerifier.sol";
import {Samples} from "../support/Samples.sol";
import {TrapdoorKey} from "../support/TrapdoorKey.sol";

/// @title Tensors of any length, split into public inputs byte by byte as the specification says
contract Groth16TensorVerifierTest {
    uint64 private constant START = 1_000_000;
    uint256 private constant LONGEST = 70;

    function testFuzz_BindsEveryByteThatTheSealShows(
        bytes calldata prefix,
        bytes32 seed,
        uint256 inputLength,
        uint256 outputLength,
        uint256 flipped
    ) external {
        bytes memory input = _bytes(seed, 1 + (inputLength % LONGEST));
        bytes memory output = _bytes(~seed, 1 + (outputLength % LONGEST));
        bytes memory shown = bytes.concat(input, output);
        Proof memory proof = Samples.proof(1, address(1), 0, START);
        proof.statement.inputHash = sha256(bytes.concat(prefix, input));
        proof.statement.outputHash = sha256(bytes.concat("output", output));
        uint256[] memory inputs = _inputs(seed, shown);
        Groth16TensorVerifier verifier = new Groth16TensorVerifier(
            IGroth16Verifier.ModelVersion(
                proof.statement.modelId,
                proof.statement.modelVersion,
                proof.statement.manifestHash
            ),
            1,
            TrapdoorKey.make(inputs.length),
            IGroth16TensorVerifier.TensorFrame(prefix, uint32(input.length)),
            IGroth16TensorVerifier.TensorFrame("output", uint32(output.length))
        );
        bytes memory seal = bytes.concat(TrapdoorKey.points(2, 1, TrapdoorKey.prove(2, 1, inputs)), shown);
        require(_accepts(verifier, seed, proof, seal), "refused");

        // Other values, whether or not the statement is about them.
        uint256 place = flipped % shown.length;
        seal[256 + place] ^= bytes1(uint8(1 + ((flipped >> 128) % 255)));
        require(!_accepts(verifier, seed, proof, seal), "other values than the statement's");
        for (uint256 i = 0; i < input.length; ++i) input[i] = seal[256 + i];
        for (uint256 i = 0; i < output.length; ++i) output[i] = seal[256 + input.length + i];
        proof.statement.inputHash = sha256(bytes.concat(prefix, input));
        proof.statement.outputHash = sha256(bytes.concat("output", output));
        require(!_accepts(verifier, seed, proof, seal), "other values than the proven ones");
    }

    function _accepts(
        IProofVerifier verifier,
        bytes32 digest,
        Proof memory proof,
        bytes memory seal
    ) private view returns (bool) {
        try verifier.verify(digest, proof, START, seal) returns (bytes4 magic) {
            require(magic == IProofVerifier.verify.selector, "another answer");
            return true;
        } catch {
            return false;
        }
    }

    function _inputs(bytes32 digest, bytes memory shown) private pure returns (uint256[] memory inputs) {
        inputs = new uint256[](2 + (shown.length + 30) / 31);
        (inputs[0], inputs[1]) = (uint256(digest) >> 128, uint128(uint256(digest)));
        for (uint256 i = 0; i < shown.length; ++i) inputs[2 + i / 31] = inputs[2 + i / 31] * 256 + uint8(shown[i]);
    }

    function _bytes(bytes32 seed, uint256 length) private pure returns (bytes memory data) {
        data = new bytes(length);
        for (uint256 i = 0; i < length; ++i) data[i] = keccak256(abi.encode(seed, i))[0];
    }
}
