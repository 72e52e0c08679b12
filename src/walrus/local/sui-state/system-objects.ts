import { bls12_381 } from "@noble/curves/bls12-381.js";
import { bcs } from "@mysten/sui/bcs";
import { deriveDynamicFieldID } from "@mysten/sui/utils";

import { fieldOf, StakingPool, StakingState, SystemState, VersionedObject } from "../../sdk/move-types.ts";
import { LOCAL_PACKAGE, LOCAL_PRICES, partId } from "./local-package.ts";
import type { LocalCommittee } from "./local-system.ts";

/** An object as Sui serves it. */
export interface MoveObject {
  readonly objectId: string;
  readonly type: string;
  /** BCS of its Move struct. */
  readonly content: Uint8Array;
  readonly owner: "shared" | { readonly address: string } | { readonly object: string };
}

/** Version of the state inside the system and staking objects; mainnet's has the same form. */
const STATE_VERSION = 4n;
const CAPACITY = 2n ** 50n;
const NO_VALUES = { contents: [] };

function uncompressed(publicKey: string): Uint8Array {
  return bls12_381.G1.Point.fromHex(publicKey.slice(2)).toBytes(false);
}

function type(name: string): string {
  return `${LOCAL_PACKAGE.packageId}::${name}`;
}

function versioned(objectId: string, name: string): MoveObject {
  const { packageId } = LOCAL_PACKAGE;
  const fields = { id: objectId, version: STATE_VERSION, package_id: packageId, new_package_id: null };
  return { objectId, type: type(name), content: VersionedObject.serialize(fields).toBytes(), owner: "shared" };
}

function field({
  parent,
  name,
  value,
}: {
  parent: string;
  name: string;
  value: (id: string) => Uint8Array;
}): MoveObject {
  const objectId = deriveDynamicFieldID(parent, "u64", bcs.u64().serialize(STATE_VERSION).toBytes());
  const fieldType = `0x2::dynamic_field::Field<u64, ${type(name)}>`;
  return { objectId, type: fieldType, content: value(objectId), owner: { object: parent } };
}

function systemField({ epoch, nShards, members }: LocalCommittee): MoveObject {
  const { systemObjectId } = LOCAL_PACKAGE;
  const keys = members.map(({ publicKey }) => bls12_381.G1.Point.fromHex(publicKey.slice(2)));
  const total = keys.reduce((sum, key) => sum.add(key), bls12_381.G1.Point.ZERO);
  const state = {
    committee: {
      members: members.map(({ nodeId, publicKey, shards }) => ({
        public_key: { bytes: uncompressed(publicKey) },
        weight: shards.length,
        node_id: nodeId,
      })),
      n_shards: nShards,
      epoch,
      total_aggregated_key: { bytes: total.toBytes(false) },
    },
    total_capacity_size: CAPACITY,
    used_capacity_size: 0,
    storage_price_per_unit_size: LOCAL_PRICES.storage,
    write_price_per_unit_size: LOCAL_PRICES.write,
    future_accounting: { current_index: 0, length: 0, ring_buffer: [] },
    event_blob_certification_state: { latest_certified_blob: null, aggregate_weight_per_blob: NO_VALUES },
    deny_list_sizes: partId(systemObjectId, "deny list sizes"),
  };
  return field({
    parent: systemObjectId,
    name: "system_state_inner::SystemStateInnerV1",
    value: (id) => fieldOf(SystemState).serialize({ id, name: STATE_VERSION, value: state }).toBytes(),
  });
}

function stakingField({ epoch, nShards, members, previous, epochStartedAt, epochSeconds }: LocalCommittee): MoveObject {
  const { stakingPoolId } = LOCAL_PACKAGE;
  const dealt = (nodes: LocalCommittee["previous"]) => ({
    contents: nodes.map(({ nodeId, shards }) => ({ key: nodeId, value: [...shards] })),
  });
  const state = {
    n_shards: nShards,
    epoch_duration: Math.round((epochSeconds ?? 0) * 1000),
    first_epoch_start: 0,
    pools: { id: partId(stakingPoolId, "pools"), size: members.length },
    epoch,
    active_set: partId(stakingPoolId, "active set"),
    next_committee: null,
    committee: dealt(members),
    previous_committee: dealt(previous),
    next_epoch_params: null,
    epoch_state: { EpochChangeDone: epochStartedAt },
    next_epoch_public_keys: partId(stakingPoolId, "next public keys"),
  };
  return field({
    parent: stakingPoolId,
    name: "staking_inner::StakingInnerV1",
    value: (id) => fieldOf(StakingState).serialize({ id, name: STATE_VERSION, value: state }).toBytes(),
  });
}

function poolOf({
  member,
  place,
  epoch,
}: {
  member: LocalCommittee["members"][number];
  place: number;
  epoch: number;
}): MoveObject {
  const { nodeId, publicKey, shards, url } = member;
  const empty = (part: string) => ({ id: partId(nodeId, part), size: 0 });
  const content = StakingPool.serialize({
    id: nodeId,
    state: { Active: true },
    voting_params: { storage_price: LOCAL_PRICES.storage, write_price: LOCAL_PRICES.write, node_capacity: CAPACITY },
    node_info: {
      name: `local node ${place}`,
      node_id: nodeId,
      network_address: new URL(url).host,
      public_key: { bytes: uncompressed(publicKey) },
      next_epoch_public_key: null,
      network_public_key: new Uint8Array(33),
      metadata: partId(nodeId, "metadata"),
    },
    activation_epoch: 1,
    latest_epoch: epoch,
    wal_balance: BigInt(shards.length),
    num_shares: BigInt(shards.length),
    pending_shares_withdraw: NO_VALUES,
    pre_active_withdrawals: NO_VALUES,
    pending_commission_rate: NO_VALUES,
    commission_rate: 0,
    exchange_rates: empty("exchange rates"),
    pending_stake: NO_VALUES,
    rewards_pool: 0,
    commission: 0,
    commission_receiver: { Address: nodeId },
    governance_authorized: { Address: nodeId },
    extra_fields: empty("extra fields"),
  }).toBytes();
  return {
    objectId: nodeId,
    type: type("staking_pool::StakingPool"),
    content,
    owner: { object: LOCAL_PACKAGE.stakingPoolId },
  };
}

/** The objects in which Sui keeps Walrus's committee, epoch and prices: system, staking, and a pool for each storage node. */
export function systemObjects(committee: LocalCommittee): MoveObject[] {
  const { epoch, members, previous } = committee;
  const known = new Set(members.map(({ nodeId }) => nodeId));
  const nodes = [...members, ...previous.filter(({ nodeId }) => !known.has(nodeId))];
  return [
    versioned(LOCAL_PACKAGE.systemObjectId, "system::System"),
    systemField(committee),
    versioned(LOCAL_PACKAGE.stakingPoolId, "staking::Staking"),
    stakingField(committee),
    ...nodes.map((member, place) => poolOf({ member, place, epoch })),
  ];
}
