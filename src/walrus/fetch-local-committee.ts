import { z } from "zod";

import { isScrimshawError, ScrimshawError } from "../errors.ts";
import { type Committee, committeeKeys } from "./committee.ts";
import { endpointUrl } from "./endpoint.ts";
import { DEFAULT_LIMITS, type TransferLimits } from "./exchange.ts";
import { fetchJson } from "./fetch-json.ts";

const MAX_COMMITTEE_SIZE = 2 ** 20;

const Shape = z.object({
  epoch: z.int().min(0).max(0xffff_ffff),
  nShards: z.int().min(1).max(65_535),
  members: z.array(
    z.object({
      nodeId: z.templateLiteral(["0x", z.string().regex(/^[0-9a-f]{64}$/)]),
      publicKey: z.templateLiteral(["0x", z.string().regex(/^[0-9a-f]{96}$/)]),
      weight: z.int().min(1),
      url: z.string().max(500),
    }),
  ),
});

/**
 * The committee of a local network, from its aggregator. A local network is its own authority; on mainnet and testnet the committee is
 * read from Sui.
 * @throws ScrimshawError `walrus.no-local-committee`, `walrus.committee-invalid`, `walrus.endpoint-invalid`,
 * `walrus.aggregator-unreachable` and the other errors of a request
 */
export async function fetchLocalCommittee({
  url,
  fetch = globalThis.fetch,
  limits = DEFAULT_LIMITS,
  signal,
}: {
  readonly url: string;
  readonly fetch?: typeof globalThis.fetch;
  readonly limits?: TransferLimits;
  readonly signal?: AbortSignal;
}): Promise<Committee> {
  const base = endpointUrl(url);
  try {
    const committee: Committee = await fetchJson({
      fetch,
      party: "aggregator",
      url: `${base}/local/committee`,
      limits,
      signal,
      shape: Shape,
      maxSize: MAX_COMMITTEE_SIZE,
    });
    committeeKeys(committee);
    return { ...committee, members: committee.members.map((member) => ({ ...member, url: endpointUrl(member.url) })) };
  } catch (error) {
    if (!isScrimshawError(error) || error.code !== "walrus.aggregator-refused") throw error;
    throw new ScrimshawError({
      code: "walrus.no-local-committee",
      expected: `a local Walrus at ${base}`,
      found: error.found,
      next: "Start one with `npx hardhat walrus serve`; other networks' committees are read from Sui.",
      cause: error,
    });
  }
}
