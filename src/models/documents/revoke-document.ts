import type { ModelRegistry } from "../../../typechain/ModelRegistry.ts";
import { ScrimshawError } from "../../errors.ts";
import { requireReason } from "../reason.ts";
import type { ModelReference } from "../reference.ts";
import { accountOf } from "../register.ts";
import type { SentTransaction } from "../register.ts";
import { resolveVersion } from "../resolve.ts";
import { sendChange } from "../send-change.ts";
import type { ChangeOptions } from "../send-change.ts";
import { readDocuments } from "./read-documents.ts";
import type { DocumentRecord } from "./read-documents.ts";

export interface RevokeDocumentOptions extends ChangeOptions {
  /** Connected to the signer that added the document. */
  readonly registry: ModelRegistry;
  readonly reference: ModelReference;
  /** The document's number, from 1. */
  readonly number: number;
  /** For people: at most 256 bytes, kept in the event. */
  readonly reason?: string;
}

/** A document that is revoked now. */
export interface RevokedDocument extends DocumentRecord {
  readonly modelId: `0x${string}`;
  readonly version: number;
  /** Undefined if it was revoked already. */
  readonly transaction: SentTransaction | undefined;
}

function unfit(expected: string, found: string, next: string): ScrimshawError {
  return new ScrimshawError({ code: "models.document-unknown", expected, found, next });
}

/**
 * Revokes a document of the signer's, for good. It stays in the list, marked.
 * @throws ScrimshawError `models.document-unknown`, `models.reason-too-long`, errors of `resolveVersion` and of the room `chain`
 */
export async function revokeDocument(options: RevokeDocumentOptions): Promise<RevokedDocument> {
  const { registry, reference, number, reason = "", signal, onSent } = options;
  requireReason(reason);
  const author = await accountOf(registry);
  const { model, version: release } = await resolveVersion(options);
  const { modelId } = model;
  const { version } = release;
  const list = `List them with \`npx hardhat model document list ${reference.creator}/${reference.name}@${version}\``;
  let document: DocumentRecord | undefined;
  const page = { registry, modelId, version, offset: number - 1, count: 1, signal };
  for await (const one of number < 1 ? [] : readDocuments(page)) document = one;
  if (document === undefined) throw unfit(`a document ${number} of version ${version}`, "none", `${list}.`);
  if (document.author !== author) {
    throw unfit(`a document of ${author}`, `one of ${document.author}`, `${list}, or send from its author (--from).`);
  }
  if (document.revoked) return { ...document, modelId, version, transaction: undefined };
  const { transaction } = await sendChange({
    kind: "document",
    what: `revoke document ${number} of version ${version}`,
    send: () => registry.revokeDocument(modelId, version, number, reason),
    ...{ signal, onSent },
  });
  return { ...document, revoked: true, modelId, version, transaction };
}
