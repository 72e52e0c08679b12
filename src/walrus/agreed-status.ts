import { z } from "zod";

import { ScrimshawError } from "../errors.ts";
import type { BlobId } from "./blob-id.ts";
import { blobIdToHex } from "./blob-id.ts";
import type { BlobStatus } from "./blob-store.ts";
import type { Committee } from "./committee.ts";
import { oneHonestWeight } from "./encoding-parameters.ts";
import { endpointUrl } from "./endpoint.ts";
import { DEFAULT_LIMITS, type TransferLimits } from "./exchange.ts";
import { fetchJson } from "./fetch-json.ts";

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
 * The status of a blob on which storage nodes agree whose weight holds at least one honest node.
 * @throws ScrimshawError `walrus.status-disputed`, `walrus.blob-id-invalid`; the signal's reason when aborted
 */
export async function agreedStatus({
  blobId,
  committee,
  fetch = globalThis.fetch,
  limits = DEFAULT_LIMITS,
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
  const answers = await Promise.allSettled(
    committee.members.map(async ({ url, weight }) => {
      const address = `${endpointUrl(url)}/v1/blobs/${blobId}/status`;
      const answer = await fetchJson({ fetch, party: "node", url: address, limits, signal, shape: Shape });
      return { weight, status: statusOf(answer) };
    }),
  );
  signal?.throwIfAborted();
  const votes = new Map<string, { readonly status: NodeStatus; readonly weight: number }>();
  for (const answer of answers) {
    if (answer.status === "rejected") continue;
    const { status, weight } = answer.value;
    const key = JSON.stringify([status.state, status.endEpoch, status.deletable]);
    votes.set(key, { status, weight: weight + (votes.get(key)?.weight ?? 0) });
  }
  const [best] = [...votes.values()].toSorted((a, b) => b.weight - a.weight);
  if (best === undefined || best.weight < wanted) {
    throw new ScrimshawError({
      code: "walrus.status-disputed",
      expected: `storage nodes of weight ${wanted} of ${committee.nShards} that agree`,
      found: `at most weight ${best?.weight ?? 0}`,
      next: "Try again later.",
    });
  }
  return { blobId, ...best.status, source: `storage nodes of weight ${best.weight} of ${committee.nShards}` };
}
