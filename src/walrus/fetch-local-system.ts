import { z } from "zod";

import { isScrimshawError } from "../errors.ts";
import { endpointUrl } from "./endpoint.ts";
import { DEFAULT_LIMITS, summarize, type TransferLimits } from "./exchange.ts";
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
  /** Base URLs of the network's aggregators; the first that answers speaks for all. */
  readonly urls: readonly string[];
  readonly fetch?: typeof globalThis.fetch;
  readonly limits?: TransferLimits;
}

/** The first answer; undefined if whoever answered first is another kind of network. */
async function firstAnswer<T>(
  urls: readonly string[],
  ask: (url: string) => Promise<T>,
  signal: AbortSignal | undefined,
): Promise<T | undefined> {
  const failures: unknown[] = [];
  for (const url of urls) {
    try {
      return await ask(url);
    } catch (error) {
      signal?.throwIfAborted();
      if (isScrimshawError(error) && NOT_LOCAL.includes(error.code)) return undefined;
      failures.push(error);
    }
  }
  if (failures.length === 0) return undefined;
  throw summarize({ failures, order: [] });
}

/**
 * A local network's own word on its state and committee, for it is its own authority. Tells undefined where another kind of aggregator
 * answers: on mainnet and testnet both are read from Sui.
 */
export function localSystemSource({
  urls,
  fetch = globalThis.fetch,
  limits = DEFAULT_LIMITS,
}: LocalSourceOptions): SystemSource {
  const bases = urls.map(endpointUrl);
  const readSystem = async (base: string, signal: AbortSignal | undefined): Promise<WalrusSystem> => {
    const address = `${base}/status`;
    const read = { fetch, party: "aggregator", url: address, limits, signal, shape: Shape } as const;
    const { epoch, nShards, epochStartedAt, epochSeconds, prices } = await fetchJson(read);
    return {
      epoch,
      nShards,
      epochStartedAt: new Date(epochStartedAt),
      epochSeconds: epochSeconds ?? undefined,
      prices: { storage: BigInt(prices.storage), write: BigInt(prices.write) },
      source: address,
    };
  };
  return {
    system: ({ signal } = {}) => firstAnswer(bases, (base) => readSystem(base, signal), signal),
    committee: ({ signal } = {}) => {
      const abort = signal === undefined ? {} : { signal };
      return firstAnswer(bases, (url) => fetchLocalCommittee({ url, fetch, limits, ...abort }), signal);
    },
  };
}
