import { bls12_381 } from "@noble/curves/bls12-381.js";
import { bcs, type BcsType } from "@mysten/sui/bcs";
import type { ClientWithCoreApi } from "@mysten/sui/client";
import { deriveDynamicFieldID, normalizeSuiAddress, parseStructTag } from "@mysten/sui/utils";

import { type Committee, committeeKeys } from "../committee.ts";
import { endpointUrl } from "../endpoint.ts";
import type { StoragePrices } from "../system.ts";
import { fieldOf, StakingPool, StakingState, SystemState, VersionedObject } from "./move-types.ts";
import type { SdkNetwork } from "./sdk-network.ts";
import { suiAnswerInvalid, suiFailure } from "./sui-failure.ts";

/** Sui nodes answer at most this many objects at once. */
const OBJECTS_AT_ONCE = 50;

/** What Sui tells of Walrus. It is worth what the Sui node is worth that told it: nothing here is proven. */
export interface ChainState {
  readonly committee: Committee;
  readonly prices: StoragePrices;
  /** Where the newest version of Walrus's contracts is called. */
  readonly packageId: string;
  /** Full name of the Move type of blob objects. */
  readonly blobType: string;
}

interface Found {
  readonly type: string;
  readonly content: Uint8Array;
}

async function readObjects({
  suiClient,
  objectIds,
  signal,
}: {
  readonly suiClient: ClientWithCoreApi;
  readonly objectIds: readonly string[];
  readonly signal: AbortSignal | undefined;
}): Promise<Found[]> {
  const found: Found[] = [];
  for (let at = 0; at < objectIds.length; at += OBJECTS_AT_ONCE) {
    const wanted = objectIds.slice(at, at + OBJECTS_AT_ONCE);
    const { objects } = await suiClient.core.getObjects({
      objectIds: wanted,
      include: { content: true },
      ...(signal === undefined ? {} : { signal }),
    });
    for (const [place, objectId] of wanted.entries()) {
      const object = objects[place];
      if (object === undefined) throw suiAnswerInvalid(`object ${objectId}`, "none");
      if (object instanceof Error) throw object;
      if (normalizeSuiAddress(object.objectId) !== normalizeSuiAddress(objectId)) {
        throw suiAnswerInvalid(`object ${objectId}`, `object ${object.objectId.slice(0, 80)}`);
      }
      found.push({ type: object.type, content: object.content });
    }
  }
  return found;
}

function parse<T>(what: string, read: () => T): T {
  try {
    return read();
  } catch (cause) {
    throw suiAnswerInvalid(what, cause instanceof Error ? cause.message.slice(0, 200) : "bytes that are none");
  }
}

function compressedKey(bytes: Uint8Array): `0x${string}` {
  return `0x${bls12_381.G1.Point.fromBytes(bytes).toHex(true)}`;
}

/** Empty for an address that is none: a node that gives a wrong one must harm nobody but itself. */
function nodeUrl({ scheme, address }: { readonly scheme: string; readonly address: string }): string {
  try {
    return endpointUrl(`${scheme}://${address}`);
  } catch {
    return "";
  }
}

/**
 * Reads Walrus's committee, prices and package from Sui.
 * @throws ScrimshawError `walrus.sui-failed`, `walrus.sui-answer-invalid`, `walrus.committee-invalid`; the signal's reason
 * when aborted
 */
export async function readChainState({
  network,
  suiClient,
  signal,
}: {
  readonly network: SdkNetwork;
  readonly suiClient: ClientWithCoreApi;
  readonly signal?: AbortSignal | undefined;
}): Promise<ChainState> {
  try {
    return await readState({ network, suiClient, signal });
  } catch (cause) {
    signal?.throwIfAborted();
    throw suiFailure({ doing: `tell Walrus's state on ${network.name}`, cause });
  }
}

async function readState({
  network,
  suiClient,
  signal,
}: {
  readonly network: SdkNetwork;
  readonly suiClient: ClientWithCoreApi;
  readonly signal: AbortSignal | undefined;
}): Promise<ChainState> {
  const { systemObjectId, storageNodeScheme: scheme = "https", nShards } = network;
  const chain = { suiClient, signal };
  const { type, packageId, value } = await readVersioned({ ...chain, objectId: systemObjectId, layout: SystemState });
  if (value.committee.n_shards !== nShards) {
    throw suiAnswerInvalid(`${nShards} shards on ${network.name}`, `${value.committee.n_shards} shards`);
  }
  const nodeIds = value.committee.members.map(({ node_id: nodeId }) => nodeId);
  const pools = await readObjects({ ...chain, objectIds: nodeIds });
  const members = value.committee.members.map(({ node_id: nodeId, public_key: key, weight }, place) => {
    const pool = parse(`the storage node ${nodeId}`, () =>
      StakingPool.parse(pools[place]?.content ?? new Uint8Array()),
    );
    const publicKey = parse(`the key of storage node ${nodeId}`, () => compressedKey(key.bytes));
    const url = nodeUrl({ scheme, address: pool.node_info.network_address });
    return { nodeId: nodeId as `0x${string}`, publicKey, weight, url };
  });
  const committee: Committee = { epoch: value.committee.epoch, nShards, members };
  committeeKeys(committee);
  return {
    committee,
    prices: { storage: BigInt(value.storage_price_per_unit_size), write: BigInt(value.write_price_per_unit_size) },
    packageId: normalizeSuiAddress(packageId),
    // Types keep the name of the package that first defined them.
    blobType: `${parse("the system object's type", () => parseStructTag(type).address)}::blob::Blob`,
  };
}

/** The state behind an object that names it by its version, as Walrus's system and staking objects do. */
async function readVersioned<T, I>({
  objectId,
  layout,
  ...chain
}: {
  readonly suiClient: ClientWithCoreApi;
  readonly signal: AbortSignal | undefined;
  readonly objectId: string;
  readonly layout: BcsType<T, I>;
}): Promise<{ readonly type: string; readonly packageId: string; readonly value: T }> {
  const [object] = await readObjects({ ...chain, objectIds: [objectId] });
  if (object === undefined) throw suiAnswerInvalid(`the object ${objectId}`, "nothing");
  const { version, package_id: packageId } = parse(objectId, () => VersionedObject.parse(object.content));
  const fieldId = deriveDynamicFieldID(objectId, "u64", bcs.u64().serialize(version).toBytes());
  const [field] = await readObjects({ ...chain, objectIds: [fieldId] });
  if (field === undefined) throw suiAnswerInvalid(`the state of ${objectId}`, "nothing");
  const { value } = parse(`the state of ${objectId}`, () => fieldOf(layout).parse(field.content));
  return { type: object.type, packageId, value };
}

/** When the current epoch began, and how long epochs last. */
export interface EpochTimes {
  readonly epochStartedAt: Date | undefined;
  readonly epochSeconds: number | undefined;
}

/**
 * Reads from Sui how Walrus's epochs follow the clock; nothing where they follow none.
 * @throws ScrimshawError `walrus.sui-failed`, `walrus.sui-answer-invalid`; the signal's reason when aborted
 */
export async function readEpochTimes({
  network,
  suiClient,
  signal,
}: {
  readonly network: SdkNetwork;
  readonly suiClient: ClientWithCoreApi;
  readonly signal?: AbortSignal | undefined;
}): Promise<EpochTimes> {
  try {
    const { value } = await readVersioned({ suiClient, signal, objectId: network.stakingPoolId, layout: StakingState });
    const { epoch_duration: duration, epoch_state: state } = value;
    // While shards move, the new epoch's beginning is not written down yet.
    const began = state.EpochChangeDone ?? state.NextParamsSelected;
    const follows = duration !== "0" && began !== undefined;
    return {
      epochStartedAt: follows ? new Date(Number(began)) : undefined,
      epochSeconds: duration === "0" ? undefined : Number(duration) / 1000,
    };
  } catch (cause) {
    signal?.throwIfAborted();
    throw suiFailure({ doing: `tell Walrus's epochs on ${network.name}`, cause });
  }
}
