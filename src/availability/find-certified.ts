import type { BlobAvailability } from "../../typechain/BlobAvailability.ts";
import type { Hex } from "../chain/sign-digest.ts";
import { callChain } from "../chain/revert.ts";
import { type BlobId, blobIdToHex } from "../walrus/blob-id.ts";

/** Questions to the chain at once. */
const AT_ONCE = 16;

export interface KnownBlob {
  readonly blobId: BlobId;
  /** Epoch of the newest certificate; undefined without one. */
  readonly epoch: number | undefined;
  /** True if the source's committee called the ID invalid, for good. */
  readonly invalid: boolean;
}

/** What the chain knows of blobs by the committees of a source, in their order. */
export async function findCertified({
  registry,
  source,
  blobIds,
  signal,
}: {
  readonly registry: BlobAvailability;
  readonly source: Hex;
  readonly blobIds: readonly BlobId[];
  readonly signal?: AbortSignal | undefined;
}): Promise<KnownBlob[]> {
  const look = async (blobId: BlobId): Promise<KnownBlob> => {
    const id = blobIdToHex(blobId);
    const last = await registry.lastCertified(source, id);
    if (last.epochStart !== 0n) return { blobId, epoch: Number(last.epoch), invalid: false };
    return { blobId, epoch: undefined, invalid: await registry.isInvalid(source, id) };
  };
  const known: KnownBlob[] = [];
  for (let at = 0; at < blobIds.length; at += AT_ONCE) {
    signal?.throwIfAborted();
    const some = blobIds.slice(at, at + AT_ONCE);
    const call = (): Promise<KnownBlob[]> => Promise.all(some.map(look));
    known.push(
      ...(await callChain({ what: "read when blobs were certified", call, interfaces: [registry.interface] })),
    );
  }
  return known;
}
