import { setTimeout as sleep } from "node:timers/promises";

import { blsSign } from "../bls.ts";
import type { BlobId } from "../blob-id.ts";
import { type BlobPersistence, encodeConfirmation } from "../confirmation-message.ts";
import type { Answer } from "./api-answer.ts";
import type { Intercept, Route } from "./http-server.ts";
import { nodeAnswer, nodeRefusal, notRegistered } from "./node-answer.ts";
import { type NodeContext, onBlob } from "./node-context.ts";
import { recoverySymbolRoutes } from "./recovery-symbols.ts";
import { sliverRoutes } from "./sliver-routes.ts";

function statusOf({ ledger, blobId }: { readonly ledger: NodeContext["ledger"]; readonly blobId: BlobId }): unknown {
  const events = ledger.events(blobId);
  const invalid = events.find(({ kind }) => kind === "invalid");
  if (invalid !== undefined) return { invalid: { event: invalid.id } };
  const objects = ledger.objects(blobId);
  if (objects.length === 0) return "nonexistent";
  const deletable = objects.filter((object) => object.deletable);
  const deletableCounts = {
    count_deletable_total: deletable.length,
    count_deletable_certified: deletable.filter(({ certifiedEpoch }) => certifiedEpoch !== undefined).length,
  };
  const certifiedIn = objects.flatMap(({ certifiedEpoch }) => certifiedEpoch ?? []);
  const initialCertifiedEpoch = certifiedIn.length === 0 ? null : Math.min(...certifiedIn);
  const permanent = objects.filter((object) => !object.deletable);
  if (permanent.length === 0) return { deletable: { deletableCounts, initialCertifiedEpoch } };
  const certified = permanent.filter(({ certifiedEpoch }) => certifiedEpoch !== undefined);
  const isCertified = certified.length > 0;
  // The certified object counts, however long a merely registered one would last.
  const counting = isCertified ? certified : permanent;
  const [longest] = counting.toSorted((a, b) => b.storage.endEpoch - a.storage.endEpoch);
  const kind = isCertified ? "certified" : "registered";
  const event = events.find((one) => one.kind === kind && one.objectId === longest?.objectId);
  const endEpoch = longest?.storage.endEpoch;
  return { permanent: { endEpoch, isCertified, statusEvent: event?.id, deletableCounts, initialCertifiedEpoch } };
}

/** Breaks or delays a node's requests as its fault says. */
export function nodeIntercept({ faults, identity, abort: { signal } }: NodeContext): Intercept {
  return async () => {
    const fault = faults.ofNode(identity().nodeId);
    if (fault?.kind === "down") return "drop";
    if (fault?.kind !== "slow") return undefined;
    return sleep(fault.milliseconds, undefined, { signal }).catch(() => "drop" as const);
  };
}

/** The routes of one storage node, as `openapi` of Walrus describes them. */
export function storageNodeRoutes(node: NodeContext): Route[] {
  const { identity, ledger, clock, holdings, faults } = node;
  const started = Date.now();

  const confirm = async (blobId: BlobId, persistence: BlobPersistence): Promise<Answer> => {
    const { nodeId, secretKey, ...signer } = identity();
    if (signer.shards.length === 0 || !holdings.holdsAll({ identity: identity(), blobId })) {
      return nodeRefusal("MISSING_SLIVERS", "the required slivers are not all stored");
    }
    await holdings.sync({ nodeId, blobId });
    const message = encodeConfirmation({ epoch: clock.epoch(), blobId, persistence });
    const lies = faults.ofNode(nodeId)?.kind === "bad-signature";
    const signature = blsSign({ message: lies ? message.subarray(1) : message, secretKey });
    const [serializedMessage, signed] = [message, signature].map((bytes) => Buffer.from(bytes).toString("base64"));
    return nodeAnswer({ signed: { serializedMessage, signature: signed } });
  };

  const confirmPermanent = onBlob((blobId) => {
    if (ledger.isInvalid(blobId) || ledger.objects(blobId).length === 0) return notRegistered();
    return confirm(blobId, { kind: "permanent" });
  });

  const confirmDeletable = onBlob((blobId, { params }) => {
    const object = ledger.object(params["objectId"] ?? "");
    if (ledger.isInvalid(blobId) || object?.blobId !== blobId || !object.deletable) return notRegistered();
    return confirm(blobId, { kind: "deletable", objectId: object.objectId });
  });

  const health = (): Answer => {
    const milliseconds = Date.now() - started;
    const { publicKey, shards } = identity();
    return nodeAnswer({
      uptime: { secs: Math.floor(milliseconds / 1000), nanos: (milliseconds % 1000) * 1_000_000 },
      epoch: clock.epoch(),
      publicKey: Buffer.from(publicKey.slice(2), "hex").toString("base64"),
      nodeStatus: shards.length > 0 ? "Active" : "Standby",
      eventProgress: { persisted: 0, pending: 0 },
      shardSummary: {
        owned: shards.length,
        ownedShardStatus: { unknown: 0, ready: shards.length, inTransfer: 0, inRecovery: 0 },
        readOnly: 0,
      },
    });
  };

  const status = onBlob((blobId) => nodeAnswer(statusOf({ ledger, blobId })));

  return [
    { method: "GET", path: "/v1/blobs/{blobId}/confirmation/permanent", handle: confirmPermanent },
    { method: "GET", path: "/v1/blobs/{blobId}/confirmation/deletable/{objectId}", handle: confirmDeletable },
    { method: "GET", path: "/v1/blobs/{blobId}/status", handle: status },
    { method: "GET", path: "/v1/health", handle: health },
    ...sliverRoutes(node),
    ...recoverySymbolRoutes(node),
  ];
}
