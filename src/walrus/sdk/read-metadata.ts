import { ScrimshawError } from "../../errors.ts";
import type { BlobId } from "../blob-id.ts";
import type { Committee } from "../committee.ts";
import { quorumWeight } from "../encoding-parameters.ts";
import { exchange, type TransferLimits } from "../exchange.ts";
import { failedAnswer } from "../failed-answer.ts";
import { parseMetadataWithId } from "../slivers/blob-metadata.ts";
import type { VerifiedMetadata } from "./checked-slivers.ts";

const NODES_AT_ONCE = 5;

/**
 * Reads a blob's metadata: whichever storage node sends some that hashes to the Blob ID is believed for that reason alone.
 * @throws ScrimshawError `walrus.blob-not-found`, `walrus.metadata-unavailable`; the signal's reason when aborted
 */
export async function readMetadata({
  blobId,
  committee,
  fetch,
  limits,
  signal,
}: {
  readonly blobId: BlobId;
  readonly committee: Committee;
  readonly fetch: typeof globalThis.fetch;
  readonly limits: TransferLimits;
  readonly signal: AbortSignal | undefined;
}): Promise<VerifiedMetadata> {
  const { nShards, members } = committee;
  const limit = 64 + nShards * 66;
  const found = new AbortController();
  const stop = signal === undefined ? found.signal : AbortSignal.any([signal, found.signal]);
  let metadata: VerifiedMetadata | undefined;
  let missing = 0;
  const places = members.toSorted(() => Math.random() - 0.5).values();
  const ask = async (): Promise<void> => {
    for (const { url, weight } of places) {
      if (stop.aborted) return;
      const at = `${url}/v1/blobs/${blobId}/metadata`;
      await exchange({
        fetch,
        party: "node",
        url: at,
        limits,
        signal: stop,
        read: async ({ response, pieces }) => {
          if (response.status === 404) missing += weight;
          if (!response.ok) throw await failedAnswer({ party: "node", url: at, response, pieces });
          const parts: Uint8Array[] = [];
          let length = 0;
          for await (const piece of pieces) {
            length += piece.length;
            if (length > limit) return;
            parts.push(piece);
          }
          const bytes = new Uint8Array(Buffer.concat(parts));
          const parsed = parseMetadataWithId({ bytes, blobId, nShards });
          if (parsed === undefined) return;
          metadata ??= { ...parsed, bytes };
          found.abort();
        },
      }).catch(() => undefined);
    }
  };
  await Promise.all(Array.from({ length: NODES_AT_ONCE }, ask));
  signal?.throwIfAborted();
  if (metadata !== undefined) return metadata;
  if (missing >= quorumWeight(nShards)) {
    throw new ScrimshawError({
      code: "walrus.blob-not-found",
      expected: `blob ${blobId}`,
      found: `storage nodes of weight ${missing} of ${nShards} that have none`,
      next: "Check the Blob ID and the network; a blob just stored may need a minute, an old one may have expired.",
    });
  }
  throw new ScrimshawError({
    code: "walrus.metadata-unavailable",
    expected: `metadata of blob ${blobId} from a storage node`,
    found: "none that hashes to its Blob ID",
    next: "Try again later, or read from an aggregator.",
  });
}
