import { readFile } from "node:fs/promises";

import { blsSign } from "../bls.ts";
import { type BlobId, isBlobId } from "../blob-id.ts";
import { type BlobPersistence, encodeConfirmation } from "../confirmation-message.ts";
import type { EncoderPool } from "../encoder-pool.ts";
import { type Answer, errorAnswer, nodeAnswer } from "./api-answer.ts";
import { writeFileAtomic } from "./atomic-file.ts";
import type { BlobFiles } from "./blob-files.ts";
import { type BlobRecord, liveLeases } from "./blob-record.ts";
import type { NodeIdentity } from "./committee-keys.ts";
import type { EpochClock } from "./epoch-clock.ts";
import type { Route, RouteRequest } from "./http-server.ts";
import { certifiedEvent } from "./store-answer.ts";

const DOMAIN = "storage.walrus.space";

export interface StorageNodeOptions {
  readonly identity: NodeIdentity;
  readonly files: BlobFiles;
  readonly clock: EpochClock;
  readonly pool: EncoderPool;
  readonly nShards: number;
  readonly signal: AbortSignal;
}

export interface SignedConfirmation {
  readonly message: Uint8Array;
  /** 96 bytes. */
  readonly signature: Uint8Array;
}

/** A storage node's signature, in the current epoch, that it holds its slivers of a blob. */
export function signConfirmation({
  identity,
  epoch,
  blobId,
  persistence,
}: {
  readonly identity: NodeIdentity;
  readonly epoch: number;
  readonly blobId: BlobId;
  readonly persistence: BlobPersistence;
}): SignedConfirmation {
  const message = encodeConfirmation({ epoch, blobId, persistence });
  return { message, signature: blsSign({ message, secretKey: identity.secretKey }) };
}

function statusOf({ record, epoch }: { readonly record: BlobRecord | undefined; readonly epoch: number }): unknown {
  if (record === undefined) return "nonexistent";
  const leases = liveLeases({ record, epoch });
  const deletable = leases.filter((lease) => lease.deletable).length;
  const isCertified = record.certified !== undefined;
  const deletableCounts = { count_deletable_total: deletable, count_deletable_certified: isCertified ? deletable : 0 };
  const initialCertifiedEpoch = record.certified?.epoch ?? null;
  const permanent = leases.filter((lease) => !lease.deletable);
  if (permanent.length === 0) return { deletable: { deletableCounts, initialCertifiedEpoch } };
  const endEpoch = Math.max(...permanent.map((lease) => lease.endEpoch));
  const statusEvent = certifiedEvent(record);
  return { permanent: { endEpoch, isCertified, statusEvent, deletableCounts, initialCertifiedEpoch } };
}

/**
 * The routes of one storage node. Nodes of a local network share one disk: what a node holds of a blob is derived from the
 * unencoded bytes when it is asked for.
 */
export function storageNodeRoutes(node: StorageNodeOptions): Route[] {
  const { identity, files, clock, pool, nShards, signal } = node;
  const started = Date.now();

  const refuse = (code: number, reason: string, message: string): Answer =>
    errorAnswer({ code, reason, message, domain: DOMAIN });

  const onBlob =
    (handle: (blobId: BlobId, request: RouteRequest) => Answer | Promise<Answer>) =>
    async (request: RouteRequest): Promise<Answer> => {
      const blobId = request.params["blobId"] ?? "";
      return isBlobId(blobId)
        ? handle(blobId, request)
        : refuse(400, "INVALID_BLOB_ID", "the blob ID is not 32 bytes in base64url");
    };

  const confirm = (blobId: BlobId, persistence: BlobPersistence): Answer => {
    const { message, signature } = signConfirmation({ identity, epoch: clock.epoch(), blobId, persistence });
    const [serializedMessage, signed] = [message, signature].map((bytes) => Buffer.from(bytes).toString("base64"));
    return nodeAnswer({ signed: { serializedMessage, signature: signed } });
  };

  const confirmPermanent = onBlob((blobId) =>
    files.find(blobId) === undefined
      ? refuse(400, "NOT_CURRENTLY_REGISTERED", "the blob has not been registered or has expired")
      : confirm(blobId, { kind: "permanent" }),
  );

  const confirmDeletable = onBlob((blobId, { params }) => {
    const record = files.find(blobId);
    const leases = record === undefined ? [] : liveLeases({ record, epoch: clock.epoch() });
    const lease = leases.find(({ deletable, objectId }) => deletable && objectId === params["objectId"]);
    if (lease !== undefined) return confirm(blobId, { kind: "deletable", objectId: lease.objectId });
    return refuse(400, "NOT_CURRENTLY_REGISTERED", "the blob object has not been registered or has expired");
  });

  const metadata = onBlob(async (blobId) => {
    const record = files.find(blobId);
    if (record === undefined) return refuse(404, "METADATA_NOT_FOUND", "the requested metadata is unavailable");
    const headers = { "content-type": "application/octet-stream" };
    const path = files.derivedPath(blobId, "metadata");
    const body = await files.inTurn(blobId, async () => {
      const kept = await readFile(path).catch(() => undefined);
      if (kept !== undefined) return kept;
      const source = { path: files.path(blobId), size: record.size };
      const { metadata: made, blobId: found } = await pool.computeMetadata({ source, nShards, signal });
      if (made === undefined || found !== blobId) throw new Error("the bytes on disk are not this blob's");
      await writeFileAtomic({ path, data: made });
      return made;
    });
    return { status: 200, headers, body };
  });

  const health = (): Answer => {
    const milliseconds = Date.now() - started;
    return nodeAnswer({
      uptime: { secs: Math.floor(milliseconds / 1000), nanos: (milliseconds % 1000) * 1_000_000 },
      epoch: clock.epoch(),
      publicKey: Buffer.from(identity.publicKey.slice(2), "hex").toString("base64"),
      nodeStatus: "Active",
      eventProgress: { persisted: 0, pending: 0 },
      shardSummary: {
        owned: identity.shards.length,
        ownedShardStatus: { unknown: 0, ready: identity.shards.length, inTransfer: 0, inRecovery: 0 },
        readOnly: 0,
      },
    });
  };

  const status = onBlob((blobId) => nodeAnswer(statusOf({ record: files.find(blobId), epoch: clock.epoch() })));

  return [
    { method: "GET", path: "/v1/blobs/{blobId}/confirmation/permanent", handle: confirmPermanent },
    { method: "GET", path: "/v1/blobs/{blobId}/confirmation/deletable/{objectId}", handle: confirmDeletable },
    { method: "GET", path: "/v1/blobs/{blobId}/status", handle: status },
    { method: "GET", path: "/v1/blobs/{blobId}/metadata", handle: metadata },
    { method: "GET", path: "/v1/health", handle: health },
  ];
}
