// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ERC165, IERC165} from "@openzeppelin/contracts/utils/introspection/ERC165.sol";
import {IVersioned} from "./interfaces/IVersioned.sol";
import {IWalrusCommittees} from "./interfaces/IWalrusCommittees.sol";
import {Bls12381} from "./libraries/Bls12381.sol";
import {CommitteeTable} from "./libraries/CommitteeTable.sol";

/// @title WalrusCommittees
/// @notice See {IWalrusCommittees}.
contract WalrusCommittees is IWalrusCommittees, ERC165 {
    struct Latest {
        uint32 epoch;
        uint64 startsAt;
    }

    mapping(address source => Latest) private _latest;

    /// @inheritdoc IWalrusCommittees
    function importCommittee(Committee calldata committee) external returns (address table) {
        _requireNext(committee);
        _requireWeights(committee);
        uint256 total = _sumOf(committee.publicKeys);
        Bls12381.negate(total);

        _latest[msg.sender] = Latest({epoch: committee.epoch, startsAt: committee.startsAt});
        table = CommitteeTable.write(msg.sender, committee, total);
        emit CommitteeImported(
            msg.sender,
            committee.epoch,
            committee.startsAt,
            committee.duration,
            committee.nShards,
            committee.weights.length,
            table
        );
    }

    /// @inheritdoc IWalrusCommittees
    function committeeOf(address source, uint32 epoch) external view returns (Committee memory committee) {
        address table = CommitteeTable.addressOf(address(this), source, epoch);
        uint256 head = CommitteeTable.open(table);
        (committee.publicKeys, committee.weights) = CommitteeTable.read(table, head);
        if (committee.weights.length == 0) revert WalrusCommitteesUnknownCommittee(source, epoch);
        committee.epoch = epoch;
        uint256 duration;
        (committee.startsAt, duration) = CommitteeTable.timeOf(head);
        committee.duration = uint32(duration);
        committee.nShards = uint16(CommitteeTable.shardsOf(head));
    }

    /// @inheritdoc IWalrusCommittees
    function tableOf(address source, uint32 epoch) external view returns (address table) {
        table = CommitteeTable.addressOf(address(this), source, epoch);
    }

    /// @inheritdoc IWalrusCommittees
    function latest(address source) external view returns (uint32 epoch, uint64 startsAt) {
        Latest storage newest = _latest[source];
        (epoch, startsAt) = (newest.epoch, newest.startsAt);
    }

    /// @inheritdoc IVersioned
    function version() external pure returns (string memory) {
        return "1.0.0";
    }

    /// @inheritdoc IERC165
    function supportsInterface(bytes4 interfaceId) public view override(ERC165, IERC165) returns (bool) {
        return
            interfaceId == type(IWalrusCommittees).interfaceId ||
            interfaceId == type(IVersioned).interfaceId ||
            super.supportsInterface(interfaceId);
    }

    function _requireNext(Committee calldata committee) private view {
        Latest storage newest = _latest[msg.sender];
        uint64 last = newest.startsAt;
        if (last != 0 && committee.epoch != uint256(newest.epoch) + 1) {
            revert WalrusCommitteesOtherEpoch(msg.sender, committee.epoch, uint256(newest.epoch) + 1);
        }
        // The first of a source began after second 0 too, which stands for none.
        bool inTime = committee.startsAt > last && committee.startsAt <= block.timestamp;
        if (!inTime || committee.duration == 0) {
            revert WalrusCommitteesInvalidTime(
                committee.startsAt,
                committee.duration,
                last + 1,
                uint64(block.timestamp)
            );
        }
    }

    function _requireWeights(Committee calldata committee) private pure {
        uint256 members = committee.weights.length;
        bool sized = members != 0 && members <= CommitteeTable.MOST_MEMBERS;
        if (!sized || committee.publicKeys.length != members * CommitteeTable.KEY_SIZE) {
            revert WalrusCommitteesInvalidLength(members, committee.publicKeys.length);
        }
        uint256 sum = 0;
        for (uint256 i = 0; i < members; ++i) {
            uint256 weight = committee.weights[i];
            if (weight == 0) revert WalrusCommitteesZeroWeight(i);
            sum += weight;
        }
        if (sum != committee.nShards) revert WalrusCommitteesOtherSum(sum, committee.nShards);
    }

    /// @dev Where the sum of all keys lies in memory. One multiplication of each by one, because that looks at every key's
    /// subgroup, as additions do not.
    function _sumOf(bytes calldata keys) private view returns (uint256 sum) {
        uint256 members = keys.length / CommitteeTable.KEY_SIZE;
        sum = Bls12381.allocate(members * Bls12381.SCALED_G1_SIZE);
        for (uint256 i = 0; i < members; ++i) {
            bytes calldata key = keys[i * CommitteeTable.KEY_SIZE:(i + 1) * CommitteeTable.KEY_SIZE];
            uint256 place = sum + i * Bls12381.SCALED_G1_SIZE;
            if (!Bls12381.readG1(key, place)) revert WalrusCommitteesInvalidKey(i, key);
            Bls12381.writeScalar(1, place + Bls12381.G1_SIZE);
        }
        uint256 outcome = Bls12381.g1Msm(sum, members, sum);
        if (outcome == Bls12381.GAS_SHORT) revert WalrusCommitteesGasShort(gasleft());
        if (outcome == Bls12381.ABSENT) revert WalrusCommitteesUnsupported();
        if (outcome == Bls12381.REFUSED) revert WalrusCommitteesKeyOutsideGroup();
    }
}
