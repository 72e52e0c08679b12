import type { ClientWithCoreApi, SuiClientTypes } from "@mysten/sui/client";

import type { BlobId } from "../blob-id.ts";
import { BlobObject as Layout } from "./move-types.ts";
import { suiAnswerInvalid } from "./sui-failure.ts";
import { fromU256 } from "./u256.ts";

const MAX_PAGES = 40;

/** A Sui object that pays for a blob. */
export interface ChainBlob {
  readonly objectId: `0x${string}`;
  readonly blobId: BlobId;
  readonly size: number;
  readonly deletable: boolean;
  readonly certifiedEpoch: number | undefined;
  /** Exclusive. */
  readonly endEpoch: number;
  /** Encoded bytes that are paid for. */
  readonly storageSize: number;
}

interface Chain {
  readonly suiClient: ClientWithCoreApi;
  readonly blobType: string;
  readonly signal: AbortSignal | undefined;
}

/** Undefined for an object of another type, or one that does not exist. */
function parse({
  object,
  blobType,
}: {
  readonly object: SuiClientTypes.Object<{ content: true }> | Error | undefined;
  readonly blobType: string;
}): ChainBlob | undefined {
  if (object === undefined || object instanceof Error || object.type !== blobType) return undefined;
  try {
    const { id, blob_id: blobId, size, deletable, certified_epoch: certified, storage } = Layout.parse(object.content);
    return {
      objectId: id as `0x${string}`,
      blobId: fromU256(blobId),
      size: Number(size),
      deletable,
      certifiedEpoch: certified ?? undefined,
      endEpoch: storage.end_epoch,
      storageSize: Number(storage.storage_size),
    };
  } catch {
    throw suiAnswerInvalid(`a blob object ${object.objectId}`, "bytes that are none");
  }
}

/** The blob objects among these objects. */
export async function readBlobObjects({
  objectIds,
  suiClient,
  blobType,
  signal,
}: Chain & { readonly objectIds: readonly string[] }): Promise<ChainBlob[]> {
  if (objectIds.length === 0) return [];
  const { objects } = await suiClient.core.getObjects({
    objectIds: [...objectIds],
    include: { content: true },
    ...(signal === undefined ? {} : { signal }),
  });
  return objects.flatMap((object) => parse({ object, blobType }) ?? []);
}

/** The objects of `owner` that pay for a blob, the longest first. At most 2000 objects are looked through. */
export async function ownedBlobObjects({
  owner,
  blobId,
  suiClient,
  blobType,
  signal,
}: Chain & { readonly owner: string; readonly blobId: BlobId }): Promise<ChainBlob[]> {
  const found: ChainBlob[] = [];
  let cursor: string | null = null;
  for (let page = 0; page < MAX_PAGES; page += 1) {
    const answer: SuiClientTypes.ListOwnedObjectsResponse<{ content: true }> = await suiClient.core.listOwnedObjects({
      owner,
      type: blobType,
      cursor,
      limit: 50,
      include: { content: true },
      ...(signal === undefined ? {} : { signal }),
    });
    for (const object of answer.objects) {
      const blob = parse({ object, blobType });
      if (blob?.blobId === blobId) found.push(blob);
    }
    if (!answer.hasNextPage) break;
    ({ cursor } = answer);
  }
  return found.toSorted((a, b) => b.endEpoch - a.endEpoch);
}
