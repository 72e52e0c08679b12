// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.24;

import {BlobRef} from "scrimshaw/contracts/interfaces/BlobRef.sol";
import {IAvailabilityLens} from "scrimshaw/contracts/interfaces/IAvailabilityLens.sol";
import {IBlobAvailability} from "scrimshaw/contracts/interfaces/IBlobAvailability.sol";
import {IModelRegistry} from "scrimshaw/contracts/interfaces/IModelRegistry.sol";
import {IProofLens} from "scrimshaw/contracts/interfaces/IProofLens.sol";
import {IProofRegistry} from "scrimshaw/contracts/interfaces/IProofRegistry.sol";
import {IProofVerifier} from "scrimshaw/contracts/interfaces/IProofVerifier.sol";
import {IWalrusCommittees} from "scrimshaw/contracts/interfaces/IWalrusCommittees.sol";
import {Evidence, Proof, Statement} from "scrimshaw/contracts/interfaces/Proof.sol";
import {Gatekeeper} from "../contracts/Gatekeeper.sol";

/// @title The cheatcodes used here
interface Vm {
    function expectRevert(bytes calldata reason) external;
    function getCode(string calldata artifact) external view returns (bytes memory code);
    function warp(uint256 time) external;
}

/// @title A verifier that accepts a proof's own digest as its seal
contract DigestVerifier is IProofVerifier {
    function verify(bytes32 digest, Proof calldata, uint64, bytes calldata seal) external pure returns (bytes4 magic) {
        magic = seal.length == 32 && bytes32(seal) == digest ? IProofVerifier.verify.selector : bytes4(0);
    }

    function proofSystem() external pure returns (string memory name) {
        return "digest";
    }
}

/// @title Gatekeeper over the contracts as they are published: their bytecode comes from the package's artifacts
contract GatekeeperTest {
    Vm private constant vm = Vm(address(uint160(uint256(keccak256("hevm cheat code")))));
    string private constant ARTIFACTS = "node_modules/scrimshaw/dist/artifacts/contracts/";

    bytes32 private constant BLOB_ID = 0x5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a;
    /// @dev Epoch 7 confirms the blob, as Walrus writes it.
    bytes private constant MESSAGE =
        hex"010003070000005a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a00";
    /// @dev The key that belongs to the secret 1: the generator of G1.
    bytes private constant PUBLIC_KEY =
        hex"17f1d3a73197d7942695638c4fa9ac0fc3688c4f9774b905a14e3a3f171bac586c55e83ff97a1aeffb3af00adb22c6bb"
        hex"08b3f481e3aaa0f1a09e30ed741d8ae4fcf5e095d5d00af600db18cb2c04b3edd03cc744a2888ae40caa232946c5e7e1";
    /// @dev The signature with the secret 1, computed by @noble/curves: the message's point itself. Then the one signer's bit.
    bytes private constant CERTIFICATE =
        hex"117569c2e77269d9bbc70f816ac74abc482ef18a88be8a5ecc8212f47e87d9a1b18e8e6858b3016acc913475a2b41fc8"
        hex"0c1b47e0dcb1e2295850867fe6f411b168d24c66c783cacf3dc0121746ebb4e15b610901e6dbc28818e324261ac309d6"
        hex"18100f2fa36b3250fe3c25625072bff0c16b38ead2e655cff0fe6ef401cb43ede72dc398811481a1734a607d4a1091a5"
        hex"016c1a82dcc1c62165d5d137e375e284c1481ac50b4e21848a4c510a7691056b752e47d2482134a202bf2beb44c61d9c"
        hex"01";

    IModelRegistry private modelRegistry;
    IProofRegistry private proofRegistry;
    IWalrusCommittees private committees;
    IBlobAvailability private availability;
    IProofVerifier private verifier;
    Gatekeeper private gatekeeper;
    bytes32 private modelId;
    bytes32[] private blobIds;

    function setUp() external {
        vm.warp(1_800_000_000);
        modelRegistry = IModelRegistry(_deploy("ModelRegistry.sol/ModelRegistry.json", ""));
        proofRegistry = IProofRegistry(_deploy("ProofRegistry.sol/ProofRegistry.json", ""));
        committees = IWalrusCommittees(_deploy("WalrusCommittees.sol/WalrusCommittees.json", ""));
        availability = IBlobAvailability(_deploy("BlobAvailability.sol/BlobAvailability.json", abi.encode(committees)));
        address proofs = _deploy("lenses/ProofLens.sol/ProofLens.json", abi.encode(proofRegistry));
        address models = _deploy(
            "lenses/AvailabilityLens.sol/AvailabilityLens.json",
            abi.encode(modelRegistry, availability)
        );
        verifier = new DigestVerifier();
        gatekeeper = new Gatekeeper(IProofLens(proofs), IAvailabilityLens(models), address(verifier), address(this));

        blobIds.push(BLOB_ID);
        modelId = modelRegistry.register("iris");
        BlobRef memory manifest = BlobRef(BLOB_ID, keccak256("manifest"), 100);
        modelRegistry.publish(modelId, IModelRegistry.Release(manifest, keccak256(abi.encodePacked(blobIds)), 9, ""));
    }

    function test_passesAVerifiedProofOfAnAvailableModelOnce() external {
        bytes32 recordId = _record(address(verifier));
        _certify();
        gatekeeper.pass(recordId, modelId, 1, blobIds);
        bytes32 proofId = proofRegistry.proofOf(recordId).proofId;
        require(gatekeeper.hasPassed(proofId), "must have passed");
        vm.expectRevert(abi.encodeWithSelector(Gatekeeper.GatekeeperAlreadyPassed.selector, proofId));
        gatekeeper.pass(recordId, modelId, 1, blobIds);
    }

    function test_refusesAProofThatNobodyVerified() external {
        bytes32 recordId = _record(address(0));
        _certify();
        vm.expectRevert(
            abi.encodeWithSelector(IProofLens.ProofLensOtherVerifier.selector, recordId, address(0), address(verifier))
        );
        gatekeeper.pass(recordId, modelId, 1, blobIds);
    }

    function test_refusesAModelWithoutCertificate() external {
        bytes32 recordId = _record(address(verifier));
        vm.expectRevert(
            abi.encodeWithSelector(
                IAvailabilityLens.AvailabilityLensNotAvailable.selector,
                BLOB_ID,
                address(this),
                uint64(0),
                gatekeeper.MAX_CERTIFICATE_AGE()
            )
        );
        gatekeeper.pass(recordId, modelId, 1, blobIds);
    }

    function _record(address by) private returns (bytes32 recordId) {
        bytes32 none = keccak256("not looked at");
        // A proof without verifier names its sender.
        bytes32 self = bytes32(uint256(uint160(address(this))));
        Statement memory statement = Statement(modelId, 1, none, none, none, none, uint64(block.timestamp));
        Proof memory proof = Proof(
            statement,
            Evidence(by, by == address(0) ? self : bytes32(0), keccak256("evidence"), none, 100)
        );
        recordId = proofRegistry.record(
            proof,
            by == address(0) ? bytes("") : abi.encode(proofRegistry.digestOf(proof))
        );
    }

    function _certify() private {
        uint16[] memory weights = new uint16[](1);
        weights[0] = 1000;
        committees.importCommittee(
            IWalrusCommittees.Committee(7, uint64(block.timestamp), 14 days, 1000, weights, PUBLIC_KEY)
        );
        availability.certify(address(this), MESSAGE, CERTIFICATE);
    }

    function _deploy(string memory artifact, bytes memory arguments) private returns (address deployed) {
        bytes memory code = abi.encodePacked(vm.getCode(string.concat(ARTIFACTS, artifact)), arguments);
        assembly ("memory-safe") {
            deployed := create(0, add(code, 0x20), mload(code))
        }
        require(deployed != address(0), artifact);
    }
}
