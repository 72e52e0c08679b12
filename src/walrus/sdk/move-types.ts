import { bcs, type BcsType } from "@mysten/sui/bcs";

/**
 * BCS layouts of the Move types in which Sui keeps Walrus's state (walrus contracts, modules of the same names). A Move struct may
 * gain no fields, so these hold for every version of the package.
 */

const GroupElement = bcs.struct("Element", { bytes: bcs.byteVector() });
const Uid = bcs.Address;
const Sized = bcs.struct("Sized", { id: Uid, size: bcs.u64() });

function vecMap<K, KI, V, VI>(key: BcsType<K, KI>, value: BcsType<V, VI>) {
  return bcs.struct("VecMap", { contents: bcs.vector(bcs.struct("Entry", { key, value })) });
}

/** `system::System`, and `staking::Staking`, which has the same fields. Its state is a dynamic field named by `version`. */
export const VersionedObject = bcs.struct("VersionedObject", {
  id: Uid,
  version: bcs.u64(),
  package_id: bcs.Address,
  new_package_id: bcs.option(bcs.Address),
});

/** `bls_aggregate::BlsCommittee`; keys are uncompressed G1 points of 96 bytes. */
export const BlsCommittee = bcs.struct("BlsCommittee", {
  members: bcs.vector(
    bcs.struct("BlsCommitteeMember", { public_key: GroupElement, weight: bcs.u16(), node_id: bcs.Address }),
  ),
  n_shards: bcs.u16(),
  epoch: bcs.u32(),
  total_aggregated_key: GroupElement,
});

const EventBlob = bcs.struct("EventBlob", { blob_id: bcs.u256(), ending_checkpoint_sequence_number: bcs.u64() });

/** `system_state_inner::SystemStateInnerV1`; prices are in FROST per MiB of encoded size. */
export const SystemState = bcs.struct("SystemStateInnerV1", {
  committee: BlsCommittee,
  total_capacity_size: bcs.u64(),
  used_capacity_size: bcs.u64(),
  storage_price_per_unit_size: bcs.u64(),
  write_price_per_unit_size: bcs.u64(),
  future_accounting: bcs.struct("FutureAccountingRingBuffer", {
    current_index: bcs.u32(),
    length: bcs.u32(),
    ring_buffer: bcs.vector(
      bcs.struct("FutureAccounting", {
        epoch: bcs.u32(),
        used_capacity: bcs.u64(),
        rewards_to_distribute: bcs.u64(),
      }),
    ),
  }),
  event_blob_certification_state: bcs.struct("EventBlobCertificationState", {
    latest_certified_blob: bcs.option(EventBlob),
    aggregate_weight_per_blob: vecMap(EventBlob, bcs.u16()),
  }),
  deny_list_sizes: Uid,
});

/** Node ids and the shards each holds. */
const ShardsByNode = vecMap(bcs.Address, bcs.vector(bcs.u16()));

/** `staking_inner::StakingInnerV1`. */
export const StakingState = bcs.struct("StakingInnerV1", {
  n_shards: bcs.u16(),
  epoch_duration: bcs.u64(),
  first_epoch_start: bcs.u64(),
  pools: Sized,
  epoch: bcs.u32(),
  active_set: Uid,
  next_committee: bcs.option(ShardsByNode),
  committee: ShardsByNode,
  previous_committee: ShardsByNode,
  next_epoch_params: bcs.option(
    bcs.struct("EpochParams", {
      total_capacity_size: bcs.u64(),
      storage_price_per_unit_size: bcs.u64(),
      write_price_per_unit_size: bcs.u64(),
    }),
  ),
  epoch_state: bcs.enum("EpochState", {
    EpochChangeSync: bcs.u16(),
    EpochChangeDone: bcs.u64(),
    NextParamsSelected: bcs.u64(),
  }),
  next_epoch_public_keys: Uid,
});

const PendingValues = vecMap(bcs.u32(), bcs.u64());
const Authorized = bcs.enum("Authorized", { Address: bcs.Address, ObjectID: bcs.Address });

/** `staking_pool::StakingPool`: a storage node; its object id is the node's id. */
export const StakingPool = bcs.struct("StakingPool", {
  id: Uid,
  state: bcs.enum("PoolState", { Active: null, Withdrawing: bcs.u32(), Withdrawn: null }),
  voting_params: bcs.struct("VotingParams", {
    storage_price: bcs.u64(),
    write_price: bcs.u64(),
    node_capacity: bcs.u64(),
  }),
  node_info: bcs.struct("StorageNodeInfo", {
    name: bcs.string(),
    node_id: bcs.Address,
    /** Host and port, without a scheme. */
    network_address: bcs.string(),
    public_key: GroupElement,
    next_epoch_public_key: bcs.option(GroupElement),
    network_public_key: bcs.byteVector(),
    metadata: Uid,
  }),
  activation_epoch: bcs.u32(),
  latest_epoch: bcs.u32(),
  wal_balance: bcs.u64(),
  num_shares: bcs.u64(),
  pending_shares_withdraw: PendingValues,
  pre_active_withdrawals: PendingValues,
  pending_commission_rate: PendingValues,
  commission_rate: bcs.u16(),
  exchange_rates: Sized,
  pending_stake: PendingValues,
  rewards_pool: bcs.u64(),
  commission: bcs.u64(),
  commission_receiver: Authorized,
  governance_authorized: Authorized,
  extra_fields: Sized,
});

/** `blob::Blob`, one paid-for lease of a blob; `blob_id` is the little-endian reading of the Blob ID's bytes. */
export const BlobObject = bcs.struct("Blob", {
  id: Uid,
  registered_epoch: bcs.u32(),
  blob_id: bcs.u256(),
  size: bcs.u64(),
  encoding_type: bcs.u8(),
  certified_epoch: bcs.option(bcs.u32()),
  storage: bcs.struct("Storage", { id: Uid, start_epoch: bcs.u32(), end_epoch: bcs.u32(), storage_size: bcs.u64() }),
  deletable: bcs.bool(),
});

/** `dynamic_field::Field<u64, Value>`. */
export function fieldOf<T, I>(value: BcsType<T, I>) {
  return bcs.struct("Field", { id: Uid, name: bcs.u64(), value });
}
