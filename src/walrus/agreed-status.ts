import { z } from "zod";

import { ScrimshawError } from "../errors.ts";
import type { BlobId } from "./blob-id.ts";
import { blobIdToHex } from "./blob-id.ts";
import type { BlobStatus } from "./blob-store.ts";
import type { Committee } from "./committee.ts";
import { oneHonestWeight, quorumWeight } from "./encoding-parameters.ts";
import { endpointUrl } from "./endpoint.ts";
import type { TransferLimits } from "./exchange.ts";
import { fetchJson } from "./fetch-json.ts";
import { askNodes, NODE_LIMITS } from "./node-queries.ts";

const Epoch = z.int().min(0).max(0xffff_ffff);
const Shape = z.object({
  success: z.object({
    data: z.union([
      z.literal("nonexistent"),
      z.object({ invalid: z.object({}) }),
      z.object({ permanent: z.object({ endEpoch: Epoch, isCertified: z.boolean() }) }),
      z.object({ deletable: z.object({ initialCertifiedEpoch: Epoch.nullish() }) }),
    ]),
  }),
});

type NodeStatus = Omit<BlobStatus, "blobId" | "source">;

function statusOf({ success: { data } }: z.infer<typeof Shape>): NodeStatus {
  if (data === "nonexistent") return { state: "nonexistent", endEpoch: undefined, deletable: undefined };
  if ("invalid" in data) return { state: "invalid", endEpoch: undefined, deletable: undefined };
  if ("permanent" in data) {
    const { endEpoch, isCertified } = data.permanent;
    return { state: isCertified ? "certified" : "registered", endEpoch, deletable: false };
  }
  const certified = typeof data.deletable.initialCertifiedEpoch === "number";
  return { state: certified ? "certified" : "registered", endEpoch: undefined, deletable: true };
}

/**
 * The status of a blob on which storage nodes agree whose weight holds at least one honest node. Once a quorum agrees no other node is
 * waited for.
 * @throws ScrimshawError `walrus.status-disputed`, `walrus.blob-id-invalid`; the signal's reason when aborted
 */
export async function agreedStatus({
  blobId,
  committee,
  fetch = globalThis.fetch,
  limits = NODE_LIMITS,
  signal,
}: {
  readonly blobId: BlobId;
  readonly committee: Committee;
  readonly fetch?: typeof globalThis.fetch;
  readonly limits?: TransferLimits;
  readonly signal?: AbortSignal;
}): Promise<BlobStatus> {
  blobIdToHex(blobId);
  const wanted = oneHonestWeight(committee.nShards);
  const votes = new Map<string, { readonly status: NodeStatus; readonly weight: number }>();
  await askNodes({
    count: committee.members.length,
    signal,
    ask: async (place, { signal: stop, enough }) => {
      const member = committee.members[place];
      if (member === undefined) return;
      try {
        const address = `${endpointUrl(member.url)}/v1/blobs/${blobId}/status`;
        const answer = await fetchJson({ fetch, party: "node", url: address, limits, signal: stop, shape: Shape });
        const status = statusOf(answer);
        const key = JSON.stringify([status.state, status.endEpoch, status.deletable]);
        const weight = member.weight + (votes.get(key)?.weight ?? 0);
        votes.set(key, { status, weight });
        if (weight >= quorumWeight(committee.nShards)) enough();
      } catch {
        // A node that does not answer has no say.
      }
    },
  });
  const [best] = [...votes.values()].toSorted((a, b) => b.weight - a.weight);
  if (best === undefined || best.weight < wanted) {
    throw new ScrimshawError({
      code: "walrus.status-disputed",
      expected: `storage nodes of weight ${wanted} of ${committee.nShards} that agree`,
      found: `at most weight ${best?.weight ?? 0}`,
      next: "Try again later.",
    });
  }
  const source = `storage nodes of weight ${best.weight} of ${committee.nShards}`;
  const { endEpoch, deletable } = best.status;
  const sources = {
    state: source,
    ...(endEpoch === undefined ? {} : { endEpoch: source }),
    ...(deletable === undefined ? {} : { deletable: source }),
  };
  return { blobId, ...best.status, source, sources };
}
