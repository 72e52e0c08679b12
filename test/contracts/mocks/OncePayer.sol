// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {BatchedProof, IProofLens, ProofPolicy} from "../../../contracts/interfaces/IProofLens.sol";
import {IProofRegistry} from "../../../contracts/interfaces/IProofRegistry.sol";
import {Proof, Statement} from "../../../contracts/interfaces/Proof.sol";
import {SpentProofs} from "../../../contracts/libraries/SpentProofs.sol";

/// @title A consumer that pays once for each request
contract OncePayer {
    using SpentProofs for SpentProofs.Set;

    IProofLens public immutable lens;
    uint256 public paid;
    SpentProofs.Set private _spent;

    constructor(IProofLens lens_) {
        lens = lens_;
    }

    function payInBatch(BatchedProof calldata batched, ProofPolicy calldata policy) external {
        lens.requireVerifiedInBatch(batched, policy);
        _spent.spend(batched.proof);
        ++paid;
    }

    function payRecorded(Statement calldata statement, bytes32 recordId, ProofPolicy calldata policy) external {
        IProofRegistry.ProofRecord memory record = lens.requireStatement(statement, recordId, policy);
        _spent.spend(record.verifier, record.attesterId, statement.requestId);
        ++paid;
    }

    function isSpent(Proof calldata proof) external view returns (bool) {
        return _spent.isSpent(proof);
    }
}
