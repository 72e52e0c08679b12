// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {CertificateStatus} from "../interfaces/CertificateStatus.sol";
import {Bls12381} from "./Bls12381.sol";
import {CommitteeTable} from "./CommitteeTable.sol";
import {HashToG2} from "./HashToG2.sol";
import {SignersBitmap} from "./SignersBitmap.sol";
import {WalrusMessage} from "./WalrusMessage.sol";

/// @title Whether a committee signed what a certificate says it did
/// @notice Nothing here reverts: every reason not to believe a certificate is a status. What is wrong at little cost is found first.
///
/// Two pairings decide, `e(g1, signature) * e(-apk, H)`, with minus the sum of the signers' keys. The table holds minus the sum
/// of all keys, to which those of the absent are added: two thirds of a committee sign, so they are the fewer.
library WalrusCertificate {
    // What the pairing takes: a point of G1, one of G2, and so once more.
    uint256 private constant SIGNATURE = Bls12381.G1_SIZE;
    uint256 private constant KEY = SIGNATURE + Bls12381.G2_SIZE;
    uint256 private constant HASH = KEY + Bls12381.G1_SIZE;
    uint256 private constant NEXT_HASH = HASH + Bls12381.G2_SIZE;
    // Summing the keys takes more than hashing does.
    uint256 private constant INPUT_SIZE = KEY + CommitteeTable.SUM_MEMORY;

    uint256 private constant SIGNATURE_SIZE = 192;

    /// @notice Judges a certificate of one message, which was read as `kind` and `epoch`.
    /// @return status `Valid` or why not.
    /// @return epochStart When the epoch began; 0 if there is no such committee.
    /// @return weight How many shards the signers hold; 0 if that was not asked.
    function check(
        address committees,
        address source,
        uint256 kind,
        uint32 epoch,
        bytes calldata message,
        bytes calldata certificate
    ) internal view returns (CertificateStatus status, uint64 epochStart, uint256 weight) {
        uint256 input;
        (status, input, epochStart, weight) = _prepare(committees, source, kind, epoch, certificate);
        if (input == 0) return (status, epochStart, weight);
        unchecked {
            uint256 outcome = HashToG2.hash(message, input + HASH);
            status = outcome == Bls12381.DONE ? _pair(input) : _statusOf(outcome);
        }
    }

    /// @notice Judges a certificate of many confirmations, which were read as being of `epoch`, and distinct.
    /// @return status `Valid` or why not.
    /// @return epochStart When the epoch began; 0 if there is no such committee.
    /// @return weight How many shards the signers hold; 0 if that was not asked.
    function checkMany(
        address committees,
        address source,
        uint32 epoch,
        bytes[] calldata messages,
        bytes calldata certificate
    ) internal view returns (CertificateStatus status, uint64 epochStart, uint256 weight) {
        uint256 input;
        (status, input, epochStart, weight) = _prepare(
            committees,
            source,
            WalrusMessage.CONFIRMATION,
            epoch,
            certificate
        );
        if (input == 0) return (status, epochStart, weight);
        unchecked {
            uint256 outcome = HashToG2.hash(messages[0], input + HASH);
            for (uint256 i = 1; i < messages.length && outcome == Bls12381.DONE; ++i) {
                outcome = HashToG2.hash(messages[i], input + NEXT_HASH);
                if (outcome == Bls12381.DONE) outcome = Bls12381.g2Add(input + HASH, input + HASH);
            }
            status = outcome == Bls12381.DONE ? _pair(input) : _statusOf(outcome);
        }
    }

    /// @dev Sets `input` apart, and writes all but the message's point to it; 0 if the status says why not.
    function _prepare(
        address committees,
        address source,
        uint256 kind,
        uint32 epoch,
        bytes calldata certificate
    ) private view returns (CertificateStatus, uint256 input, uint64 epochStart, uint256 weight) {
        address table = CommitteeTable.addressOf(committees, source, epoch);
        uint256 head = CommitteeTable.open(table);
        uint256 members = CommitteeTable.membersOf(head);
        if (members == 0) return (CertificateStatus.UnknownCommittee, 0, 0, 0);
        uint256 duration;
        (epochStart, duration) = CommitteeTable.timeOf(head);
        unchecked {
            // A source that stops cannot keep old blobs fresh: no table of a later epoch is needed to end this one.
            if (block.timestamp >= epochStart + 2 * duration) return (CertificateStatus.Expired, 0, epochStart, 0);
            input = Bls12381.allocate(INPUT_SIZE);
            if (certificate.length < SIGNATURE_SIZE || !Bls12381.readG2(certificate, input + SIGNATURE)) {
                return (CertificateStatus.MalformedSignature, 0, epochStart, 0);
            }
            (bool ok, uint256 absent) = SignersBitmap.absentOf(certificate, SIGNATURE_SIZE, members);
            if (!ok) return (CertificateStatus.InvalidBitmap, 0, epochStart, 0);
            uint256 outcome;
            (outcome, weight) = CommitteeTable.sumWithout(table, head, absent, input + KEY);
            if (outcome != Bls12381.DONE) return (_statusOf(outcome), 0, epochStart, 0);
            // With n = 3f + 1 shards, 2f + 1 to confirm, f + 1 (one of them honest) to call an ID invalid.
            uint256 n = CommitteeTable.shardsOf(head);
            if (kind == WalrusMessage.CONFIRMATION) n *= 2;
            if (3 * weight <= n) return (CertificateStatus.BelowQuorum, 0, epochStart, weight);
            if (Bls12381.isIdentity(input + KEY)) return (CertificateStatus.IdentityKey, 0, epochStart, weight);
        }
        return (CertificateStatus.Valid, input, epochStart, weight);
    }

    function _pair(uint256 input) private view returns (CertificateStatus) {
        Bls12381.writeG1(input);
        (uint256 outcome, bool isOne) = Bls12381.pairing(input);
        Bls12381.free(input);
        if (outcome == Bls12381.DONE) {
            return isOne ? CertificateStatus.Valid : CertificateStatus.WrongSignature;
        }
        // All other points are known to be good.
        if (outcome == Bls12381.REFUSED) return CertificateStatus.SignatureOutsideGroup;
        return _statusOf(outcome);
    }

    /// @dev Why a precompile did not do what it was asked. None but the last gets anything that it might refuse, so it is the
    /// chain that is another.
    function _statusOf(uint256 outcome) private pure returns (CertificateStatus) {
        return outcome == Bls12381.GAS_SHORT ? CertificateStatus.GasShort : CertificateStatus.Unsupported;
    }
}
