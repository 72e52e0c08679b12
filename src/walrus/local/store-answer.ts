import type { BlobId } from "../blob-id.ts";
import { type Answer, jsonAnswer } from "./api-answer.ts";
import type { BlobObject } from "./blob-object.ts";
import type { LedgerEvent } from "./ledger-event.ts";

/** FROST for a MiB of encoded size: for each epoch, and once for the write. They give the price of Walrus's own sample. */
export const STORAGE_PRICE = 100;
export const WRITE_PRICE = 2_000;
const MEBIBYTE = 2 ** 20;

/** What the publisher did to reach the lease asked for. */
export type StoreOperation =
  | { readonly kind: "registerFromScratch"; readonly epochs: number }
  /** An earlier upload broke off between registration and certificate. */
  | { readonly kind: "reuseRegistration" }
  | { readonly kind: "reuseAndExtend"; readonly epochs: number };

function costOf({ operation, units }: { readonly operation: StoreOperation; readonly units: number }): number {
  if (operation.kind === "reuseRegistration") return 0;
  const write = operation.kind === "registerFromScratch" ? WRITE_PRICE : 0;
  return units * (STORAGE_PRICE * operation.epochs + write);
}

function resourceOperation(operation: StoreOperation, encodedLength: number): unknown {
  if (operation.kind === "reuseRegistration") return { reuseRegistration: { encodedLength } };
  const name = operation.kind === "registerFromScratch" ? "epochsAhead" : "epochsExtended";
  return { [operation.kind]: { encodedLength, [name]: operation.epochs } };
}

export function newlyCreatedAnswer({
  object,
  operation,
  told,
}: {
  readonly object: BlobObject;
  readonly operation: StoreOperation;
  /** The Blob ID to tell. */
  readonly told: BlobId;
}): Answer {
  const { objectId, registeredEpoch, size, encodingType, certifiedEpoch, storage, deletable, owner } = object;
  const units = Math.ceil(storage.size / MEBIBYTE);
  return jsonAnswer({
    value: {
      newlyCreated: {
        blobObject: {
          id: objectId,
          registeredEpoch,
          blobId: told,
          size,
          encodingType,
          certifiedEpoch: certifiedEpoch ?? null,
          storage: {
            id: storage.id,
            startEpoch: storage.startEpoch,
            endEpoch: storage.endEpoch,
            storageSize: storage.size,
          },
          deletable,
        },
        resourceOperation: resourceOperation(operation, storage.size),
        cost: costOf({ operation, units }),
        ...(owner === "shared" ? { sharedBlobObject: objectId } : {}),
      },
    },
  });
}

/** Names the event for a permanent blob and the object for a deletable one, as Walrus does. */
export function alreadyCertifiedAnswer({
  object,
  events,
  told,
}: {
  readonly object: BlobObject;
  readonly events: readonly LedgerEvent[];
  readonly told: BlobId;
}): Answer {
  const { objectId, deletable, storage } = object;
  const event = events.find((one) => one.kind === "certified" && one.objectId === objectId);
  const where = deletable ? { object: objectId } : { event: event?.id };
  return jsonAnswer({ value: { alreadyCertified: { blobId: told, ...where, endEpoch: storage.endEpoch } } });
}

export function markedInvalidAnswer({ event, told }: { readonly event: LedgerEvent; readonly told: BlobId }): Answer {
  return jsonAnswer({ value: { markedInvalid: { blobId: told, event: event.id } } });
}
