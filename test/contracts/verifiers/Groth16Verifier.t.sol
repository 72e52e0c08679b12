// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IGroth16Verifier} from "../../../contracts/interfaces/IGroth16Verifier.sol";
import {IProofVerifier} from "../../../contracts/interfaces/IProofVerifier.sol";
import {Proof} from "../../../contracts/interfaces/Proof.sol";
import {Bn254} from "../../../contracts/libraries/Bn254.sol";
import {Groth16HashVerifier} from "../../../contracts/verifiers/Groth16HashVerifier.sol";
import {RawInputVerifier} from "../mocks/RawInputVerifier.sol";
import {Samples} from "../support/Samples.sol";
import {TrapdoorKey} from "../support/TrapdoorKey.sol";
import {bound} from "../support/Vm.sol";

/// @title The check of points against the same equation in numbers, which the trapdoor of the key allows
contract Groth16VerifierTest {
    uint64 private constant START = 1_000_000;
    uint64 private constant MAX_DELAY = 100;
    uint256 private constant SEED = 1;
    uint256 private constant RAW_INPUTS = 2;
    bytes32 private constant DIGEST = keccak256("digest");

    Groth16HashVerifier private _verifier;
    RawInputVerifier private _raw;

    struct Scalars {
        uint256 a;
        uint256 b;
        uint256 c;
    }

    function setUp() external {
        Proof memory proof = _proof();
        IGroth16Verifier.ModelVersion memory version = IGroth16Verifier.ModelVersion(
            proof.statement.modelId,
            proof.statement.modelVersion,
            proof.statement.manifestHash
        );
        _verifier = new Groth16HashVerifier(version, MAX_DELAY, TrapdoorKey.make(6));
        _raw = new RawInputVerifier(version, MAX_DELAY, TrapdoorKey.make(2 + RAW_INPUTS), RAW_INPUTS);
    }

    function testFuzz_AcceptsJustWhatFulfilsTheEquation(Scalars memory s, bytes32 digest, uint256 kind) external view {
        Proof memory proof = _proof();
        uint256[] memory inputs = _inputs(digest, proof);
        (s.a, s.b) = (s.a % Bn254.ORDER, _writtenDown(s.b));
        uint256 proven = TrapdoorKey.prove(s.a, s.b, inputs);
        // Half of them proofs, half points of the right kind that are none.
        s.c = kind % 2 == 0 ? proven : s.c % Bn254.ORDER;
        bool accepted = _accepts(digest, proof, TrapdoorKey.points(s.a, s.b, s.c));
        require(accepted == (s.c == proven), "not as the numbers say");
    }

    function testFuzz_RefusesAProofForAnythingElse(
        Scalars memory s,
        bytes32 digest,
        bytes32 other,
        uint256 which
    ) external view {
        Proof memory proof = _proof();
        (s.a, s.b) = (s.a % Bn254.ORDER, _writtenDown(s.b));
        bytes memory seal = TrapdoorKey.points(s.a, s.b, TrapdoorKey.prove(s.a, s.b, _inputs(digest, proof)));
        (bytes32 input, bytes32 output) = (proof.statement.inputHash, proof.statement.outputHash);
        bytes32 asked = digest;
        which %= 6;
        if (which == 1) asked = other;
        if (which == 2) proof.statement.inputHash = other;
        if (which == 3) proof.statement.outputHash = other;
        // Which half holds which bits is bound, and which hash is which.
        if (which == 4) asked = (digest >> 128) | (digest << 128);
        if (which == 5) (proof.statement.inputHash, proof.statement.outputHash) = (output, input);
        bool same = asked == digest && proof.statement.inputHash == input && proof.statement.outputHash == output;
        require(_accepts(asked, proof, seal) == same, "not as proven");
    }

    function testFuzz_RefusesASealWithAnyBitFlipped(Scalars memory s, uint256 bit) external view {
        Proof memory proof = _proof();
        (s.a, s.b) = (1 + (s.a % (Bn254.ORDER - 1)), _writtenDown(s.b));
        bytes memory seal = TrapdoorKey.points(s.a, s.b, TrapdoorKey.prove(s.a, s.b, _inputs(DIGEST, proof)));
        bit %= 8 * seal.length;
        seal[bit / 8] ^= bytes1(uint8(1 << (bit % 8)));
        require(!_accepts(DIGEST, proof, seal), "accepted");
    }

    function testFuzz_NoOtherBytesAreASeal(bytes calldata seal, bytes32 digest) external view {
        require(!_accepts(digest, _proof(), seal), "accepted");
    }

    function testFuzz_NoBytesOfTheRightLengthAreASeal(
        uint256[8] memory words,
        bytes32 digest,
        bool inField
    ) external view {
        for (uint256 i = 0; i < 8 && inField; ++i) words[i] %= Bn254.FIELD;
        require(!_accepts(digest, _proof(), abi.encode(words)), "accepted");
    }

    function testFuzz_NoIdentityHelps(Scalars memory s, uint256 which) external view {
        (s.a, s.b, s.c) = (s.a % Bn254.ORDER, _writtenDown(s.b), s.c % Bn254.ORDER);
        if (which & 1 != 0) s.a = 0;
        if (which & 2 != 0) s.b = 0;
        if (which & 4 != 0) s.c = 0;
        Proof memory proof = _proof();
        bool expected = s.c == TrapdoorKey.prove(s.a, s.b, _inputs(DIGEST, proof));
        require(_accepts(DIGEST, proof, TrapdoorKey.points(s.a, s.b, s.c)) == expected, "not as the numbers say");
    }

    /// @dev A proof holds for an input plus the order as well, if nobody looks.
    function testFuzz_RefusesInputsThatStandForOthers(uint256[2] memory shown, uint256 a) external view {
        uint256[] memory inputs = new uint256[](2 + RAW_INPUTS);
        (inputs[0], inputs[1]) = (uint256(DIGEST) >> 128, uint128(uint256(DIGEST)));
        (inputs[2], inputs[3]) = (shown[0], shown[1]);
        a %= Bn254.ORDER;
        bytes memory points = TrapdoorKey.points(a, 1, TrapdoorKey.prove(a, 1, inputs));
        bool accepted = _accepts(_raw, DIGEST, _proof(), bytes.concat(points, abi.encode(shown)));
        require(accepted == (shown[0] < Bn254.ORDER && shown[1] < Bn254.ORDER), "not canonical");
        uint256[2] memory small = [shown[0] % Bn254.ORDER, shown[1] % Bn254.ORDER];
        require(_accepts(_raw, DIGEST, _proof(), bytes.concat(points, abi.encode(small))), "refused");
    }

    function testFuzz_AcceptsJustInTime(uint64 producedAt, uint64 anchoredAt) external view {
        (producedAt, anchoredAt) = (_near(producedAt), _near(anchoredAt));
        Proof memory proof = _proof();
        proof.statement.producedAt = producedAt;
        bytes memory seal = TrapdoorKey.points(2, 1, TrapdoorKey.prove(2, 1, _inputs(DIGEST, proof)));
        bool inTime = producedAt <= anchoredAt && anchoredAt - producedAt <= MAX_DELAY;
        require(_accepts(_verifier, DIGEST, proof, anchoredAt, seal) == inTime, "not as the times say");
    }

    function testFuzz_RefusesEveryOtherModelVersionAndEveryAttester(uint256 which, bytes32 value) external view {
        Proof memory proof = _proof();
        bytes memory seal = TrapdoorKey.points(2, 1, TrapdoorKey.prove(2, 1, _inputs(DIGEST, proof)));
        which %= 4;
        if (which == 0) proof.statement.modelId ^= value;
        if (which == 1) proof.statement.modelVersion ^= uint32(uint256(value));
        if (which == 2) proof.statement.manifestHash ^= value;
        if (which == 3) proof.evidence.attesterId ^= value;
        bool same = which == 1 ? uint32(uint256(value)) == 0 : value == 0;
        require(_accepts(DIGEST, proof, seal) == same, "not its own model version alone");
    }

    function _accepts(bytes32 digest, Proof memory proof, bytes memory seal) private view returns (bool) {
        return _accepts(_verifier, digest, proof, seal);
    }

    function _accepts(
        IProofVerifier verifier,
        bytes32 digest,
        Proof memory proof,
        bytes memory seal
    ) private view returns (bool) {
        return _accepts(verifier, digest, proof, START, seal);
    }

    function _accepts(
        IProofVerifier verifier,
        bytes32 digest,
        Proof memory proof,
        uint64 anchoredAt,
        bytes memory seal
    ) private view returns (bool) {
        try verifier.verify(digest, proof, anchoredAt, seal) returns (bytes4 magic) {
            // It reverts or gives the magic value, and nothing else.
            require(magic == IProofVerifier.verify.selector, "another answer");
            return true;
        } catch {
            return false;
        }
    }

    function _inputs(bytes32 digest, Proof memory proof) private pure returns (uint256[] memory inputs) {
        bytes32[3] memory words = [digest, proof.statement.inputHash, proof.statement.outputHash];
        inputs = new uint256[](6);
        for (uint256 i = 0; i < 3; ++i) {
            (inputs[2 * i], inputs[2 * i + 1]) = (uint256(words[i]) >> 128, uint128(uint256(words[i])));
        }
    }

    function _proof() private pure returns (Proof memory) {
        return Samples.proof(SEED, address(1), 0, START);
    }

    function _writtenDown(uint256 seed) private pure returns (uint256) {
        return [uint256(1), 3, 5, 7][seed % 4];
    }

    function _near(uint64 time) private pure returns (uint64) {
        return uint64(bound(time, START - MAX_DELAY - 2, START + 2));
    }
}
