import { blobIdToHex } from "../blob-id.ts";
import type { NetworkParts } from "./network-parts.ts";

/**
 * Does what a new epoch demands: leases end and blobs that nobody pays for vanish, and slivers go to the nodes that now hold their
 * shards. Doing it twice does no harm.
 */
export async function settleEpoch(parts: NetworkParts): Promise<void> {
  const { ledger, holdings, slivers, files, assembled, committees, clock } = parts;
  const gone = await ledger.sweep();
  const unknown = [...slivers.blobs(), ...files.blobs()].filter((blobId) => ledger.objects(blobId).length === 0);
  for (const blobId of new Set([...gone, ...unknown])) {
    if (ledger.objects(blobId).length > 0) continue;
    await holdings.remove(blobId);
    await assembled.remove(blobIdToHex(blobId).slice(2));
  }
  await holdings.settle(committees.at(clock.epoch()));
}
