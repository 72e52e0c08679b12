import type { Log } from "ethers";
import { createHash } from "node:crypto";
import type { ModelRegistry } from "../../../typechain/ModelRegistry.ts";
import { ScrimshawError } from "../../errors.ts";
import { blobIdToHex } from "../../walrus/blob-id.ts";
import type { BlobReference, BlobStore } from "../../walrus/blob-store.ts";
import { READ_BACK } from "../../walrus/confirm-stored.ts";
import { formatBytes } from "../describe-progress.ts";
import type { ModelReference } from "../reference.ts";
import { accountOf } from "../register.ts";
import type { SentTransaction } from "../register.ts";
import { openRegularFile } from "../regular-file.ts";
import { resolveVersion } from "../resolve.ts";
import { sendChange } from "../send-change.ts";
import type { ChangeOptions } from "../send-change.ts";
import { storeChecked } from "../store-blobs.ts";
import { quoted } from "../text.ts";
import { DOCUMENT_KINDS } from "./document-kind.ts";
import type { DocumentKind } from "./document-kind.ts";
import { countDocuments, readDocuments } from "./read-documents.ts";

/** Of the newest documents so many are looked at for the same one. */
const MOST_SEARCHED = 10_000;

export interface AddDocumentOptions extends ChangeOptions {
  /** Connected to the signer under whose name the document stands: anybody. */
  readonly registry: ModelRegistry;
  readonly reference: ModelReference;
  readonly kind: DocumentKind;
  /** Path of the document: a file of 1 byte to 64 MiB. It becomes public. */
  readonly file: string;
  readonly store: BlobStore;
  /** Walrus epochs to pay for; default: the store's. */
  readonly epochs?: number;
  readonly onStored?: (blob: BlobReference) => void;
}

/** A document that is registered now, and whose bytes are stored. */
export interface AddedDocument {
  /** `unchanged`: the signer has said this of the version already. */
  readonly outcome: "added" | "unchanged";
  readonly modelId: `0x${string}`;
  readonly version: number;
  readonly number: number;
  readonly author: string;
  readonly kind: DocumentKind;
  readonly blob: BlobReference;
  /** First epoch that is not paid for; undefined if nothing was stored. */
  readonly endEpoch: number | undefined;
  readonly transaction: SentTransaction | undefined;
}

async function readDocument(file: string): Promise<Uint8Array> {
  const { handle, size } = await openRegularFile(file, file);
  try {
    if (size > 0 && size <= READ_BACK) return await handle.readFile();
  } finally {
    await handle.close();
  }
  throw new ScrimshawError({
    code: "models.document-size",
    expected: `a document of 1 byte to ${formatBytes(READ_BACK)}`,
    found: `${quoted(file)} with ${formatBytes(size)}`,
    next: "Publish what is larger as a model of its own, and refer to it in a document.",
  });
}

async function addedNumber(registry: ModelRegistry, logs: readonly Log[]): Promise<number> {
  const address = await registry.getAddress();
  for (const log of logs) {
    const event = log.address === address ? registry.interface.parseLog(log) : null;
    if (event?.name === "DocumentAdded") return Number(event.args.getValue("number"));
  }
  throw new ScrimshawError({
    code: "models.document-unknown",
    expected: "the registry's word of a new document in the transaction",
    found: "none",
    next: "Check the registry's address: another contract seems to be there.",
  });
}

/**
 * Says something about a version under the signer's own name: stores a document on Walrus for good, reads it back and registers it. Run
 * again with the same document it finds the one that exists. Revoked versions take documents too.
 * @throws ScrimshawError `models.document-size`, `models.folder-unreadable`, `models.blob-not-stored`,
 *   `walrus.blob-not-confirmed`, errors of `resolveVersion`, of the store and of the room `chain`
 */
export async function addDocument(options: AddDocumentOptions): Promise<AddedDocument> {
  const { registry, kind, file, store, epochs, signal, onSent, onStored } = options;
  const author = await accountOf(registry);
  const { model, version: release } = await resolveVersion(options);
  const bytes = await readDocument(file);
  const contentHash = `0x${createHash("sha256").update(bytes).digest("hex")}`;
  const { modelId } = model;
  const { version } = release;
  const where = { registry, modelId, version, signal };
  const said = { modelId, version, author, kind };

  const total = await countDocuments(where);
  for await (const there of readDocuments({ ...where, offset: Math.max(total - MOST_SEARCHED, 0) })) {
    const { blob, number, revoked } = there;
    const same = there.author === author && there.kind === kind && blob.contentHash === contentHash;
    if (same && !revoked) {
      return { outcome: "unchanged", ...said, number, blob, endEpoch: undefined, transaction: undefined };
    }
  }

  const put = { store, ...(epochs !== undefined && { epochs }), ...(signal && { signal }) };
  const { blob: stored } = await storeChecked({ ...put, bytes, what: "the document" });
  const blob = { blobId: stored.blobId, contentHash: stored.contentHash, size: stored.size };
  onStored?.(blob);
  const { transaction, logs } = await sendChange({
    kind: "document",
    what: `add a document to version ${version} of ${model.name}`,
    send: () =>
      registry.addDocument(modelId, version, DOCUMENT_KINDS.indexOf(kind), {
        ...blob,
        blobId: blobIdToHex(blob.blobId),
      }),
    ...{ signal, onSent },
  });
  const number = await addedNumber(registry, logs);
  return { outcome: "added", ...said, number, blob, endEpoch: stored.endEpoch, transaction };
}
