import type { IModelDocuments, ModelRegistry } from "../../../typechain/ModelRegistry.ts";
import { readPages } from "../../chain/read-pages.ts";
import { callChain } from "../../chain/revert.ts";
import { blobIdFromHex } from "../../walrus/blob-id.ts";
import type { BlobReference } from "../../walrus/blob-store.ts";
import { DOCUMENT_KINDS } from "./document-kind.ts";
import type { DocumentKind } from "./document-kind.ts";

const PAGE = 500;

/** A document as the registry holds it: what somebody says about a version, under their own name. */
export interface DocumentRecord {
  /** From 1, for each version. */
  readonly number: number;
  readonly author: string;
  readonly kind: DocumentKind;
  readonly revoked: boolean;
  /** Unix seconds. */
  readonly addedAt: number;
  readonly blob: BlobReference;
}

export interface ReadDocumentsOptions {
  readonly registry: ModelRegistry;
  readonly modelId: `0x${string}`;
  readonly version: number;
  /** How many to leave out at the beginning. Default 0. */
  readonly offset?: number;
  /** Default: all that there are. */
  readonly count?: number;
  readonly signal?: AbortSignal | undefined;
}

function toRecord(number: number, record: IModelDocuments.DocumentRecordStructOutput): DocumentRecord {
  const kind = DOCUMENT_KINDS[Number(record.kind)];
  if (kind === undefined) throw new RangeError(`kind ${String(record.kind)} of document ${number}`);
  const { blobId, contentHash, size } = record.blob;
  return {
    ...{ number, author: record.author, kind, revoked: record.revoked, addedAt: Number(record.addedAt) },
    blob: { blobId: blobIdFromHex(blobId), contentHash: contentHash as `0x${string}`, size: Number(size) },
  };
}

/**
 * How many documents a version has, the revoked ones included.
 * @throws ScrimshawError errors of the room `chain`
 */
export function countDocuments({ registry, modelId, version }: ReadDocumentsOptions): Promise<number> {
  return callChain({
    what: "count documents",
    interfaces: [registry.interface],
    call: async () => Number(await registry.documentCount(modelId, version)),
  });
}

/**
 * The documents of a version in the order of their numbers. Anyone may add as many as they pay for: take no more than you need.
 * @throws ScrimshawError errors of the room `chain`
 */
export async function* readDocuments(options: ReadDocumentsOptions): AsyncGenerator<DocumentRecord> {
  const { registry, modelId, version, offset = 0, signal } = options;
  const total = await countDocuments(options);
  const end = Math.min(total, offset + (options.count ?? total));
  const read = async (from: number, limit: number): Promise<readonly DocumentRecord[]> => {
    const page = await callChain({
      what: "list documents",
      interfaces: [registry.interface],
      call: () => registry.documents(modelId, version, from, limit),
    });
    return page.map((record, index) => toRecord(from + index + 1, record));
  };
  yield* readPages({ from: offset, end, pageSize: PAGE, read, signal });
}
