import type { Mutant } from "../mutant.ts";

const of = (file: string, check: string, find: string, replace = ""): Mutant => ({ file, check, find, replace });
const committees = of.bind(undefined, "WalrusCommittees.sol");
const table = of.bind(undefined, "libraries/CommitteeTable.sol");

/** Checks when a committee is brought and read. */
export const COMMITTEE_MUTANTS: readonly Mutant[] = [
  committees(
    "epochs of a source rise by one",
    "if (last != 0 && committee.epoch != uint256(newest.epoch) + 1) {",
    "if (false) {",
  ),
  committees(
    "no epoch of a source is left out",
    "committee.epoch != uint256(newest.epoch) + 1)",
    "committee.epoch <= newest.epoch)",
  ),
  committees(
    "no epoch of a source comes again",
    "committee.epoch != uint256(newest.epoch) + 1)",
    "committee.epoch > uint256(newest.epoch) + 1)",
  ),
  committees("an epoch begins after the one before", "committee.startsAt > last && "),
  committees(
    "an epoch does not begin when the one before did",
    "committee.startsAt > last",
    "committee.startsAt >= last",
  ),
  committees("an epoch does not begin in the future", " && committee.startsAt <= block.timestamp"),
  committees(
    "an epoch does not begin a second from now",
    "committee.startsAt <= block.timestamp",
    "committee.startsAt <= block.timestamp + 1",
  ),
  committees("an epoch lasts", " || committee.duration == 0"),
  committees("there is a member", "members != 0 && "),
  committees("there are no more members than fit", " && members <= CommitteeTable.MOST_MEMBERS"),
  committees(
    "there are 96 bytes of keys for each member",
    " || committee.publicKeys.length != members * CommitteeTable.KEY_SIZE",
  ),
  committees("every member holds a shard", "if (weight == 0) revert WalrusCommitteesZeroWeight(i);"),
  committees(
    "weights add up to the shards",
    "if (sum != committee.nShards) revert WalrusCommitteesOtherSum(sum, committee.nShards);",
  ),
  committees(
    "weights add up in more than sixteen bits",
    "if (sum != committee.nShards)",
    "if (uint16(sum) != committee.nShards)",
  ),
  committees(
    "every key is canonical and above the identity",
    "if (!Bls12381.readG1(key, place)) revert WalrusCommitteesInvalidKey(i, key);",
    "Bls12381.readG1(key, place);",
  ),
  committees("lack of gas is told", "if (outcome == Bls12381.GAS_SHORT) revert WalrusCommitteesGasShort(gasleft());"),
  committees("a missing precompile is told", "if (outcome == Bls12381.ABSENT) revert WalrusCommitteesUnsupported();"),
  committees("every key is in its group", "if (outcome == Bls12381.REFUSED) revert WalrusCommitteesKeyOutsideGroup();"),
  committees("the sum that is kept is minus the sum of all keys", "Bls12381.negate(total);"),
  committees(
    "a committee that nobody brought is not shown",
    "if (committee.weights.length == 0) revert WalrusCommitteesUnknownCommittee(source, epoch);",
  ),
  committees(
    "what a source brought last is kept",
    "_latest[msg.sender] = Latest({epoch: committee.epoch, startsAt: committee.startsAt});",
  ),
  committees(
    "a committee is its sender's",
    "table = CommitteeTable.write(msg.sender,",
    "table = CommitteeTable.write(address(this),",
  ),
  table("a table lies behind a zero byte", 'hex"80600a3d393df300"', 'hex"80600a3d393df301"'),
  table("a table is of one source", "mstore(0x00, shr(96, shl(96, source)))", "mstore(0x00, 0)"),
  table("a table is of one epoch", "mstore(0x20, and(epoch, 0xffffffff))", "mstore(0x20, 0)"),
  table(
    "lack of gas is found before keys are added",
    "if (!Bls12381.hasGas(members * ABSENT_GAS)) return (Bls12381.GAS_SHORT, 0);",
  ),
  table("a missing precompile is found when keys are added", "ok := eq(returndatasize(), 128)", "ok := 1"),
  table(
    "the weight of the absent does not count",
    "return (ok ? Bls12381.DONE : Bls12381.ABSENT, weight - lost);",
    "return (ok ? Bls12381.DONE : Bls12381.ABSENT, weight);",
  ),
  table("weights end where keys begin", "lost := and(lost, 0xffff)"),
  table(
    "the keys of the absent are taken out",
    "pop(staticcall(G1ADD_GAS, G1ADD, key, 256, key, 128))",
    "pop(staticcall(G1ADD_GAS, G1ADD, key, 256, 0x00, 0))",
  ),
];
