import { BlobObject as BlobLayout } from "../../sdk/move-types.ts";
import { toU256 } from "../../sdk/u256.ts";
import type { BlobObject } from "../blob-object.ts";
import { LOCAL_PACKAGE } from "./local-package.ts";
import type { MoveObject } from "./system-objects.ts";

export const LOCAL_BLOB_TYPE = `${LOCAL_PACKAGE.packageId}::blob::Blob`;

const ADDRESS = /^0x[0-9a-f]{64}$/;

/** A blob object of the ledger as Sui serves it. */
export function blobMoveObject(object: BlobObject): MoveObject {
  const { objectId, blobId, size, registeredEpoch, certifiedEpoch, storage, deletable, owner } = object;
  const content = BlobLayout.serialize({
    id: objectId,
    registered_epoch: registeredEpoch,
    blob_id: toU256(blobId),
    size,
    encoding_type: 1,
    certified_epoch: certifiedEpoch ?? null,
    storage: {
      id: storage.id,
      start_epoch: storage.startEpoch,
      end_epoch: storage.endEpoch,
      storage_size: storage.size,
    },
    deletable,
  }).toBytes();
  const held = owner !== undefined && ADDRESS.test(owner) ? { address: owner } : ("shared" as const);
  return { objectId, type: LOCAL_BLOB_TYPE, content, owner: held };
}
