// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ERC165, IERC165} from "@openzeppelin/contracts/utils/introspection/ERC165.sol";
import {SSTORE2} from "solady/src/utils/SSTORE2.sol";
import {IGroth16Verifier} from "../interfaces/IGroth16Verifier.sol";
import {IProofVerifier} from "../interfaces/IProofVerifier.sol";
import {IVersioned} from "../interfaces/IVersioned.sol";
import {Proof, Statement} from "../interfaces/Proof.sol";
import {G1Point, G2Point, VerifyingKey} from "../interfaces/VerifyingKey.sol";
import {Bn254} from "../libraries/Bn254.sol";

/// @title Groth16Verifier
/// @notice See {IGroth16Verifier}. What the circuit's further public inputs are, contracts that inherit from this one say.
abstract contract Groth16Verifier is IGroth16Verifier, ERC165 {
    uint256 private constant POINTS_LENGTH = 256;
    uint256 private constant DIGEST_INPUTS = 2;

    /// @inheritdoc IGroth16Verifier
    uint64 public immutable maxDelay;

    bytes32 private immutable _modelId;
    uint32 private immutable _modelVersion;
    bytes32 private immutable _manifestHash;
    address private immutable _key;

    /// @param version_ The version of the model that the circuit stands for.
    /// @param maxDelay_ The longest distance between production and anchor time, in seconds.
    /// @param key The circuit's verifying key.
    /// @param statementInputs How many public inputs follow the digest's two.
    constructor(ModelVersion memory version_, uint64 maxDelay_, VerifyingKey memory key, uint256 statementInputs) {
        _requireSound(key, 1 + DIGEST_INPUTS + statementInputs);
        _modelId = version_.modelId;
        _modelVersion = version_.modelVersion;
        _manifestHash = version_.manifestHash;
        maxDelay = maxDelay_;
        _key = SSTORE2.write(abi.encode(key));
    }

    /// @inheritdoc IProofVerifier
    function verify(
        bytes32 digest,
        Proof calldata proof,
        uint64 anchoredAt,
        bytes calldata seal
    ) external view returns (bytes4 magic) {
        _requireConditions(proof, anchoredAt);
        uint256 expected = POINTS_LENGTH + _shownLength();
        if (seal.length != expected) revert Groth16VerifierSealLength(seal.length, expected);
        uint256[] memory inputs = _statementInputs(proof.statement, seal[POINTS_LENGTH:]);
        _requireProven(digest, inputs, seal[:POINTS_LENGTH]);
        magic = IProofVerifier.verify.selector;
    }

    /// @inheritdoc IGroth16Verifier
    function modelVersion() public view returns (ModelVersion memory version_) {
        version_ = ModelVersion(_modelId, _modelVersion, _manifestHash);
    }

    /// @inheritdoc IGroth16Verifier
    function verifyingKey() public view returns (VerifyingKey memory key) {
        key = abi.decode(SSTORE2.read(_key), (VerifyingKey));
    }

    /// @inheritdoc IProofVerifier
    function proofSystem() external pure returns (string memory) {
        return "groth16-bn254";
    }

    /// @inheritdoc IVersioned
    function version() external pure returns (string memory) {
        return "1.0.0";
    }

    /// @inheritdoc IERC165
    function supportsInterface(bytes4 interfaceId) public view virtual override(ERC165, IERC165) returns (bool) {
        return
            interfaceId == type(IProofVerifier).interfaceId ||
            interfaceId == type(IGroth16Verifier).interfaceId ||
            interfaceId == type(IVersioned).interfaceId ||
            super.supportsInterface(interfaceId);
    }

    /// @dev How many bytes the seal shows after its points.
    function _shownLength() internal view virtual returns (uint256);

    /// @dev The public inputs that follow the digest's, as many as were promised to the constructor. They must bind the
    /// circuit to the statement's input and output; reverts if `shown` does not fit them.
    function _statementInputs(
        Statement calldata statement,
        bytes calldata shown
    ) internal view virtual returns (uint256[] memory inputs);

    function _requireConditions(Proof calldata proof, uint64 anchoredAt) private view {
        Statement calldata statement = proof.statement;
        if (
            statement.modelId != _modelId ||
            statement.modelVersion != _modelVersion ||
            statement.manifestHash != _manifestHash
        ) {
            revert Groth16VerifierOtherModelVersion(
                ModelVersion(statement.modelId, statement.modelVersion, statement.manifestHash),
                modelVersion()
            );
        }
        bytes32 attesterId = proof.evidence.attesterId;
        if (attesterId != 0) revert Groth16VerifierAttesterNamed(attesterId);
        uint64 producedAt = statement.producedAt;
        if (producedAt > anchoredAt) revert Groth16VerifierProducedLater(producedAt, anchoredAt);
        if (anchoredAt - producedAt > maxDelay) revert Groth16VerifierTooLate(producedAt, anchoredAt, maxDelay);
    }

    /// @dev e(A, B) = e(alpha, beta) e(inputs, gamma) e(C, delta), with A moved to the other side.
    function _requireProven(bytes32 digest, uint256[] memory inputs, bytes calldata points) private view {
        for (uint256 i = 0; i < POINTS_LENGTH / 32; ++i) {
            uint256 coordinate = uint256(bytes32(points[32 * i:]));
            if (coordinate >= Bn254.FIELD) revert Groth16VerifierCoordinateTooLarge(i, coordinate);
        }
        (G1Point memory a, G2Point memory b, G1Point memory c) = abi.decode(points, (G1Point, G2Point, G1Point));
        VerifyingKey memory key = verifyingKey();
        G1Point memory sum = _plus(key.ic[0], key.ic[1], uint256(digest) >> 128);
        sum = _plus(sum, key.ic[2], uint256(uint128(uint256(digest))));
        for (uint256 i = 0; i < inputs.length; ++i) {
            if (inputs[i] >= Bn254.ORDER) revert Groth16VerifierInputTooLarge(DIGEST_INPUTS + i, inputs[i]);
            sum = _plus(sum, key.ic[1 + DIGEST_INPUTS + i], inputs[i]);
        }
        (bool success, bool isOne) = Bn254.pairing(
            abi.encode(Bn254.negated(a), b, key.alpha, key.beta, sum, key.gamma, c, key.delta)
        );
        if (!success) revert Groth16VerifierNotPoints(digest);
        if (!isOne) revert Groth16VerifierInvalidProof(digest);
    }

    /// @dev `sum` and `input` times `point`, which are known to be points.
    function _plus(G1Point memory sum, G1Point memory point, uint256 input) private view returns (G1Point memory) {
        (bool success, G1Point memory product) = Bn254.mul(point, input);
        if (!success) revert Groth16VerifierPrecompileFailed(Bn254.MUL);
        (success, sum) = Bn254.add(sum, product);
        if (!success) revert Groth16VerifierPrecompileFailed(Bn254.ADD);
        return sum;
    }

    /// @dev Refuses keys with which anyone could prove anything, or an input would bind nothing: an identity, gamma equal
    /// or opposite to beta or delta (a set-up that nobody contributed to), two inputs on one point.
    function _requireSound(VerifyingKey memory key, uint256 length) private view {
        if (key.ic.length != length) revert Groth16VerifierKeyLength(key.ic.length, length);
        if (!Bn254.isG1(key.alpha)) revert Groth16VerifierKeyPoint(0);
        if (!Bn254.isG2(key.beta)) revert Groth16VerifierKeyPoint(1);
        if (!Bn254.isG2(key.gamma)) revert Groth16VerifierKeyPoint(2);
        if (!Bn254.isG2(key.delta)) revert Groth16VerifierKeyPoint(3);
        // Just equal and opposite points have equal first coordinates.
        if (key.beta.x[0] == key.gamma.x[0] && key.beta.x[1] == key.gamma.x[1]) revert Groth16VerifierKeyRelated(1, 2);
        if (key.gamma.x[0] == key.delta.x[0] && key.gamma.x[1] == key.delta.x[1])
            revert Groth16VerifierKeyRelated(2, 3);
        for (uint256 i = 0; i < length; ++i) {
            if (!Bn254.isG1(key.ic[i])) revert Groth16VerifierKeyPoint(4 + i);
            for (uint256 j = 0; j < i; ++j) {
                if (key.ic[i].x == key.ic[j].x) revert Groth16VerifierKeyRelated(4 + j, 4 + i);
            }
        }
    }
}
