import type { Hex } from "../chain/sign-digest.ts";
import { ScrimshawError } from "../errors.ts";
import { type Committee, committeeKeys } from "../walrus/committee.ts";
import type { WalrusSystem } from "../walrus/system.ts";

/** A committee in the form of `IWalrusCommittees`. */
export interface ChainCommittee {
  readonly epoch: number;
  /** Unix seconds. */
  readonly startsAt: bigint;
  /** Seconds that an epoch lasts. */
  readonly duration: number;
  readonly nShards: number;
  readonly weights: number[];
  /** 96 bytes a member, uncompressed. */
  readonly publicKeys: Hex;
}

export interface EpochTime {
  readonly startsAt: bigint;
  readonly duration: number;
}

/**
 * A committee as contracts take it, with its members in the order of Sui.
 * @throws ScrimshawError `walrus.committee-invalid`
 */
export function committeeForChain(committee: Committee, { startsAt, duration }: EpochTime): ChainCommittee {
  const { epoch, nShards, members } = committee;
  const keys = committeeKeys(committee).map((key) => Buffer.from(key.toBytes(false)).toString("hex"));
  const weights = members.map(({ weight }) => weight);
  return { epoch, startsAt, duration, nShards, weights, publicKeys: `0x${keys.join("")}` };
}

/** As on mainnet, for local networks whose epochs end by call. */
const TWO_WEEKS = 14 * 86_400;

/**
 * When a committee's epoch began and how long one lasts, as the network says; what is given here wins.
 * @throws ScrimshawError `availability.epoch-time-unknown`
 */
export function epochTime(
  { epoch, source, epochStartedAt, epochSeconds }: WalrusSystem,
  given: Partial<EpochTime> = {},
): EpochTime {
  const startsAt = given.startsAt ?? (epochStartedAt && BigInt(Math.floor(epochStartedAt.getTime() / 1000)));
  const duration = given.duration ?? Math.ceil(epochSeconds ?? TWO_WEEKS);
  if (startsAt !== undefined) return { startsAt, duration };
  throw new ScrimshawError({
    code: "availability.epoch-time-unknown",
    expected: `when epoch ${epoch} began`,
    found: `nothing about it from ${source}`,
    next: "Read it on Sui and give --starts-at.",
  });
}
