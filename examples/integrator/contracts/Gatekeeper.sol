// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.24;

import {IAttesterRegistry} from "scrimshaw/contracts/interfaces/IAttesterRegistry.sol";
import {AvailabilityPolicy, IAvailabilityLens} from "scrimshaw/contracts/interfaces/IAvailabilityLens.sol";
import {IProofLens, ProofPolicy} from "scrimshaw/contracts/interfaces/IProofLens.sol";
import {IProofRegistry} from "scrimshaw/contracts/interfaces/IProofRegistry.sol";

/// @title Lets each verified inference pass once, as long as its model can be had
contract Gatekeeper {
    /// @notice How old a proof may be.
    uint64 public constant MAX_PROOF_AGE = 1 days;
    /// @notice How old the newest certificates of the model's blobs may be: an epoch of mainnet, and as long again.
    uint64 public constant MAX_CERTIFICATE_AGE = 28 days;

    /// @notice Where proofs are judged.
    IProofLens public immutable proofs;
    /// @notice Where a model's blobs are judged.
    IAvailabilityLens public immutable models;
    /// @notice The only verifier accepted.
    address public immutable verifier;
    /// @notice The only source of Walrus committees accepted.
    address public immutable source;
    /// @notice Whether a proof has passed.
    mapping(bytes32 proofId => bool passed) public hasPassed;

    /// @notice A proof passed.
    /// @param proofId The proof.
    /// @param modelId The model that must be had.
    /// @param version The version of it.
    event Passed(bytes32 indexed proofId, bytes32 indexed modelId, uint32 version);

    /// @notice A proof passes once.
    /// @param proofId The proof.
    error GatekeeperAlreadyPassed(bytes32 proofId);

    /// @param proofs_ Where proofs are judged.
    /// @param models_ Where a model's blobs are judged.
    /// @param verifier_ The only verifier accepted.
    /// @param source_ The only source of Walrus committees accepted.
    constructor(IProofLens proofs_, IAvailabilityLens models_, address verifier_, address source_) {
        proofs = proofs_;
        models = models_;
        verifier = verifier_;
        source = source_;
    }

    /// @notice Reverts, with the lens's reason, unless the proof is verified and every blob of the model was certified.
    /// @param recordId The proof's record.
    /// @param modelId The model.
    /// @param version Its version.
    /// @param blobIds All blobs that hold the version's files, as its manifest lists them.
    function pass(bytes32 recordId, bytes32 modelId, uint32 version, bytes32[] calldata blobIds) external {
        IProofRegistry.ProofRecord memory record = proofs.requireVerified(
            recordId,
            ProofPolicy({
                verifier: verifier,
                attesters: IAttesterRegistry(address(0)),
                attesterIds: new bytes32[](0),
                manifestHash: 0,
                maxAge: MAX_PROOF_AGE
            })
        );
        if (hasPassed[record.proofId]) revert GatekeeperAlreadyPassed(record.proofId);
        hasPassed[record.proofId] = true;
        models.requireAvailable(modelId, version, blobIds, AvailabilityPolicy(source, MAX_CERTIFICATE_AGE));
        emit Passed(record.proofId, modelId, version);
    }
}
