import { randomBytes } from "node:crypto";
import type { IncomingMessage } from "node:http";

import { isScrimshawError } from "../../errors.ts";
import type { EncoderPool } from "../encoder-pool.ts";
import type { EncoderResult } from "../encoder-job.ts";
import type { Certificate } from "../verify-certificate.ts";
import { type Answer, errorAnswer } from "./api-answer.ts";
import type { BlobFiles, Spooled } from "./blob-files.ts";
import { type BlobRecord, type Lease, liveLeases } from "./blob-record.ts";
import type { EpochClock } from "./epoch-clock.ts";
import type { Route, RouteRequest } from "./http-server.ts";
import { alreadyCertifiedAnswer, newlyCreatedAnswer, type StoreOperation } from "./store-answer.ts";
import { parseStoreOptions, type StoreOptions } from "./store-options.ts";

/** Uploads at once; more are told to come back. Each takes disk, and memory only when its turn to be encoded comes. */
const MAX_UPLOADS = 16;

export interface PublisherOptions {
  readonly files: BlobFiles;
  readonly clock: EpochClock;
  readonly pool: EncoderPool;
  readonly nShards: number;
  readonly maxBlobSize: number;
  /** Has the storage nodes sign that they hold a registered blob. */
  readonly certify: (record: BlobRecord) => { readonly epoch: number; readonly certificate: Certificate };
  /** Ends encoding when the network stops. */
  readonly signal: AbortSignal;
}

function objectId(): `0x${string}` {
  return `0x${randomBytes(32).toString("hex")}`;
}

function newLease({ options, epoch }: { readonly options: StoreOptions; readonly epoch: number }): Lease {
  return {
    objectId: objectId(),
    storageId: objectId(),
    registeredEpoch: epoch,
    endEpoch: epoch + options.epochs,
    deletable: options.deletable,
    ...(options.owner === undefined ? {} : { owner: options.owner }),
  };
}

/** Leaves the rest of a body that is too long to the server, which drains it: a broken connection would hide the answer. */
function bodyOf(request: IncomingMessage): AsyncIterable<Uint8Array> {
  return { [Symbol.asyncIterator]: () => request.iterator({ destroyOnReturn: false }) };
}

function tooLarge(limit: number): Answer {
  const message = `the blob size exceeds the maximum allowed size: ${limit}`;
  return errorAnswer({ code: 413, reason: "BLOB_TOO_LARGE", message });
}

/** The publisher's route for single blobs. It answers once bytes, certificate and lease are durable. */
export function publisherRoutes(publisher: PublisherOptions): Route[] {
  const { files, clock, pool, nShards, maxBlobSize, signal } = publisher;
  let uploads = 0;

  const encode = async (spooled: Spooled): Promise<EncoderResult | Answer> => {
    try {
      return await pool.computeBlobId({ source: { path: spooled.path, size: spooled.size }, nShards, signal });
    } catch (error) {
      if (isScrimshawError(error) && error.code === "walrus.blob-too-large") return tooLarge(maxBlobSize);
      throw error;
    }
  };

  const store = async ({
    spooled,
    encoded,
    options,
  }: {
    readonly spooled: Spooled;
    readonly encoded: EncoderResult;
    readonly options: StoreOptions;
  }): Promise<Answer> => {
    const { blobId } = encoded;
    const epoch = clock.epoch();
    const found = files.find(blobId);
    if (found?.certified === undefined) {
      const lease = newLease({ options, epoch });
      const registered: BlobRecord = {
        blobId,
        contentHash: encoded.contentHash,
        size: encoded.size,
        leases: [lease],
        certified: undefined,
      };
      await files.register({ spooled, record: registered });
      const record = { ...registered, certified: publisher.certify(registered) };
      await files.save(record);
      return newlyCreatedAnswer({
        record,
        lease,
        operation: { kind: "registerFromScratch", epochs: options.epochs },
        nShards,
      });
    }
    const leases = liveLeases({ record: found, epoch });
    // A permanent lease serves who asks for a deletable one; never the other way round.
    const usable = leases.filter((lease) => options.deletable || !lease.deletable);
    const [longest] = usable.toSorted((a, b) => b.endEpoch - a.endEpoch || Number(a.deletable) - Number(b.deletable));
    const wanted = epoch + options.epochs;
    if (longest !== undefined && longest.endEpoch >= wanted && !options.force) {
      return alreadyCertifiedAnswer({ record: found, lease: longest });
    }
    const extended = options.force ? undefined : usable.find((lease) => lease.deletable === options.deletable);
    const lease = extended === undefined ? newLease({ options, epoch }) : { ...extended, endEpoch: wanted };
    const operation: StoreOperation =
      extended === undefined
        ? { kind: "registerFromScratch", epochs: options.epochs }
        : { kind: "reuseAndExtend", epochs: wanted - extended.endEpoch };
    const record = { ...found, leases: [...leases.filter(({ objectId: id }) => id !== lease.objectId), lease] };
    await files.save(record);
    return newlyCreatedAnswer({ record, lease, operation, nShards });
  };

  const putBlob = async ({ request, query }: RouteRequest): Promise<Answer> => {
    const options = parseStoreOptions(query);
    if ("status" in options) return options;
    if (Number(request.headers["content-length"] ?? 0) > maxBlobSize) return tooLarge(maxBlobSize);
    if (uploads >= MAX_UPLOADS) {
      return errorAnswer({
        code: 429,
        reason: "TOO_MANY_UPLOADS",
        message: `more than ${MAX_UPLOADS} uploads at once`,
      });
    }
    uploads += 1;
    let spooled: Spooled | undefined;
    try {
      const upload = await files.spool({ body: bodyOf(request), limit: maxBlobSize });
      if (upload === undefined) return tooLarge(maxBlobSize);
      spooled = upload;
      const encoded = await encode(upload);
      if ("status" in encoded) return encoded;
      await files.sweep();
      return await files.inTurn(encoded.blobId, () => store({ spooled: upload, encoded, options }));
    } finally {
      uploads -= 1;
      if (spooled !== undefined) await files.discard(spooled);
    }
  };

  return [{ method: "PUT", path: "/v1/blobs", handle: putBlob }];
}
