import { z } from "zod";

import { isScrimshawError } from "../errors.ts";
import { endpointUrl } from "./endpoint.ts";
import { DEFAULT_LIMITS, type TransferLimits } from "./exchange.ts";
import { fetchJson } from "./fetch-json.ts";
import { fetchLocalCommittee } from "./fetch-local-committee.ts";
import type { SystemSource, WalrusSystem } from "./system.ts";

const Price = z.int().min(0);
const Shape = z.object({
  network: z.literal("local"),
  epoch: z.int().min(0).max(0xffff_ffff),
  nShards: z.int().min(1).max(65_535),
  epochStartedAt: z.int().min(0).max(8.64e15),
  epochSeconds: z.number().positive().nullable(),
  prices: z.object({ storage: Price, write: Price }),
});

/** Failures that mean: this is another kind of network. */
const NOT_LOCAL = ["walrus.aggregator-refused", "walrus.aggregator-answer-invalid", "walrus.no-local-committee"];

interface LocalSourceOptions {
  /** Base URL of the network's aggregator. */
  readonly url: string;
  readonly fetch?: typeof globalThis.fetch;
  readonly limits?: TransferLimits;
}

async function unlessOther<T>(work: Promise<T>): Promise<T | undefined> {
  try {
    return await work;
  } catch (error) {
    if (isScrimshawError(error) && NOT_LOCAL.includes(error.code)) return undefined;
    throw error;
  }
}

/**
 * A local network's own word on its state and committee, for it is its own authority. Tells undefined where another kind of aggregator
 * answers: on mainnet and testnet both are read from Sui.
 */
export function localSystemSource({
  url,
  fetch = globalThis.fetch,
  limits = DEFAULT_LIMITS,
}: LocalSourceOptions): SystemSource {
  const base = endpointUrl(url);
  const readSystem = async (signal: AbortSignal | undefined): Promise<WalrusSystem> => {
    const address = `${base}/status`;
    const read = { fetch, party: "aggregator", url: address, limits, signal, shape: Shape } as const;
    const { epoch, nShards, epochStartedAt, epochSeconds, prices } = await fetchJson(read);
    return {
      epoch,
      nShards,
      epochStartedAt: epochSeconds === null ? undefined : new Date(epochStartedAt),
      epochSeconds: epochSeconds ?? undefined,
      prices: { storage: BigInt(prices.storage), write: BigInt(prices.write) },
      source: address,
    };
  };
  return {
    system: ({ signal } = {}) => unlessOther(readSystem(signal)),
    committee: ({ signal } = {}) => {
      const abort = signal === undefined ? {} : { signal };
      return unlessOther(fetchLocalCommittee({ url: base, fetch, limits, ...abort }));
    },
  };
}
