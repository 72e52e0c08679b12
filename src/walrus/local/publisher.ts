import { isScrimshawError } from "../../errors.ts";
import type { BlobId } from "../blob-id.ts";
import type { EncoderPool } from "../encoder-pool.ts";
import type { EncoderResult } from "../encoder-job.ts";
import type { Certificate } from "../verify-certificate.ts";
import { type Answer, errorAnswer } from "./api-answer.ts";
import type { BlobFiles, Spooled } from "./blob-files.ts";
import type { BlobObject } from "./blob-object.ts";
import type { EpochClock } from "./epoch-clock.ts";
import type { Faults } from "./faults.ts";
import type { Route, RouteRequest } from "./http-server.ts";
import type { Ledger } from "./ledger.ts";
import { bodyOf } from "./request-body.ts";
import {
  alreadyCertifiedAnswer,
  markedInvalidAnswer,
  newlyCreatedAnswer,
  type StoreOperation,
} from "./store-answer.ts";
import { parseStoreOptions, type StoreOptions } from "./store-options.ts";
import { Turns } from "./turns.ts";

/** Uploads at once; more are told to come back. Each takes disk, and memory only when its turn to be encoded comes. */
const MAX_UPLOADS = 16;

export interface PublisherOptions {
  readonly files: BlobFiles;
  readonly ledger: Ledger;
  readonly clock: EpochClock;
  readonly pool: EncoderPool;
  readonly faults: Faults;
  readonly nShards: number;
  readonly maxBlobSize: number;
  /** Has the storage nodes sign that they hold an object's blob. */
  readonly collect: (object: BlobObject) => Promise<Certificate>;
  /** Ends encoding when the network stops. */
  readonly signal: AbortSignal;
}

export function tooLarge(limit: number): Answer {
  const message = `the blob size exceeds the maximum allowed size: ${limit}`;
  return errorAnswer({ code: 413, reason: "BLOB_TOO_LARGE", message });
}

/** The publisher's route for single blobs. It answers once bytes, certificate and lease are durable. */
export function publisherRoutes(publisher: PublisherOptions): Route[] {
  const { files, ledger, clock, pool, faults, nShards, maxBlobSize, collect, signal } = publisher;
  const turns = new Turns();
  let uploads = 0;

  const encode = async (spooled: Spooled): Promise<EncoderResult | Answer> => {
    try {
      return await pool.computeBlobId({ source: { path: spooled.path, size: spooled.size }, nShards, signal });
    } catch (error) {
      if (isScrimshawError(error) && error.code === "walrus.blob-too-large") return tooLarge(maxBlobSize);
      throw error;
    }
  };

  const certify = async (object: BlobObject): Promise<BlobObject> => {
    const certificate = await collect(object);
    const certified = await ledger.certify({ objectId: object.objectId, certificate });
    faults.reach("certified");
    return certified;
  };

  /** An object that an upload left registered when it broke off, and that serves the one at hand. */
  const findRegistration = (
    blobId: BlobId,
    { deletable, epochs, force, owner }: StoreOptions,
  ): BlobObject | undefined =>
    ledger.objects(blobId).find((object) => {
      const open = object.certifiedEpoch === undefined && object.deletable === deletable && object.owner === owner;
      return !force && open && object.storage.endEpoch >= clock.epoch() + epochs;
    });

  const create = async (encoded: EncoderResult, options: StoreOptions, spooled: Spooled): Promise<Answer> => {
    const { blobId, rootHash, size } = encoded;
    const { epochs, deletable, owner } = options;
    const found = findRegistration(blobId, options);
    const registered = found ?? (await ledger.register({ blobId, rootHash, size, epochs, deletable, owner }));
    faults.reach("registered");
    if (files.size(blobId) === undefined) await files.adopt({ spooled, blobId });
    faults.reach("stored");
    const object = await certify(registered);
    const operation: StoreOperation =
      found === undefined ? { kind: "registerFromScratch", epochs } : { kind: "reuseRegistration" };
    return newlyCreatedAnswer({ object, operation, told: faults.toldBlobId(blobId) });
  };

  const store = async (encoded: EncoderResult, options: StoreOptions, spooled: Spooled): Promise<Answer> => {
    const { blobId } = encoded;
    const told = faults.toldBlobId(blobId);
    const events = ledger.events(blobId);
    const invalid = events.find(({ kind }) => kind === "invalid");
    if (invalid !== undefined) return markedInvalidAnswer({ event: invalid, told });
    // A permanent object serves who asks for a deletable one; never the other way round.
    const usable = ledger
      .objects(blobId)
      .filter(({ certifiedEpoch, deletable }) => certifiedEpoch !== undefined && (options.deletable || !deletable))
      .toSorted((a, b) => b.storage.endEpoch - a.storage.endEpoch || Number(a.deletable) - Number(b.deletable));
    if (usable.length > 0 && files.size(blobId) === undefined) await files.adopt({ spooled, blobId });
    const wanted = clock.epoch() + options.epochs;
    const [longest] = usable;
    if (longest !== undefined && longest.storage.endEpoch >= wanted && !options.force) {
      return alreadyCertifiedAnswer({ object: longest, events, told });
    }
    // Only what the publisher still owns can it extend for itself.
    const own = usable.find(({ deletable, owner }) => deletable === options.deletable && owner === options.owner);
    if (own === undefined || options.force) return create(encoded, options, spooled);
    const epochs = wanted - own.storage.endEpoch;
    const object = await ledger.extend({ objectId: own.objectId, epochs });
    return newlyCreatedAnswer({ object, operation: { kind: "reuseAndExtend", epochs }, told });
  };

  const upload = async ({ request, query }: RouteRequest): Promise<Answer> => {
    const options = parseStoreOptions(query);
    if ("status" in options) return options;
    if (Number(request.headers["content-length"] ?? 0) > maxBlobSize) return tooLarge(maxBlobSize);
    const onChunk = (): void => faults.reach("upload");
    const spooled = await files.spool({ body: bodyOf(request), limit: maxBlobSize, onChunk });
    if (spooled === undefined) return tooLarge(maxBlobSize);
    try {
      const encoded = await encode(spooled);
      if ("status" in encoded) return encoded;
      faults.reach("encoded");
      return await turns.take(encoded.blobId, () => store(encoded, options, spooled));
    } catch (error) {
      if (!isScrimshawError(error) || error.code !== "walrus.certificate-below-quorum") throw error;
      const message = "the service timed-out while waiting for confirmations, please try again";
      return errorAnswer({ code: 504, reason: "INSUFFICIENT_CONFIRMATIONS", message });
    } finally {
      await files.discard(spooled);
    }
  };

  const putBlob = async (request: RouteRequest): Promise<Answer> => {
    const fault = faults.publisherAnswer();
    if (fault !== undefined) return fault;
    if (uploads >= MAX_UPLOADS) {
      const message = `more than ${MAX_UPLOADS} uploads at once`;
      return errorAnswer({ code: 429, reason: "TOO_MANY_UPLOADS", message });
    }
    uploads += 1;
    try {
      return await upload(request);
    } finally {
      uploads -= 1;
    }
  };

  return [{ method: "PUT", path: "/v1/blobs", handle: putBlob }];
}
