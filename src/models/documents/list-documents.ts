import type { Provider } from "ethers";
import type { ModelRegistry } from "../../../typechain/ModelRegistry.ts";
import { scanLogs } from "../../chain/logs.ts";
import type { ModelReference } from "../reference.ts";
import { resolveVersion } from "../resolve.ts";
import type { ResolvedVersion } from "../resolve.ts";
import type { DocumentKind } from "./document-kind.ts";
import { countDocuments, readDocuments } from "./read-documents.ts";
import type { DocumentRecord } from "./read-documents.ts";

/** Anyone may add documents, so a search among them has an end. */
const MOST_SEARCHED = 10_000;

export interface ListDocumentsOptions {
  readonly registry: ModelRegistry;
  readonly reference: ModelReference;
  /** Only those of this account. */
  readonly author?: string | undefined;
  readonly kind?: DocumentKind | undefined;
  /** How many to leave out at the beginning. Default 0. */
  readonly offset?: number;
  /** How many to give at most. Default 100. */
  readonly limit?: number;
  /** Where the reasons of revocations are read, which are kept in events only. */
  readonly events?: { readonly provider: Provider; readonly fromBlock: number };
  readonly signal?: AbortSignal | undefined;
}

/** A document, and why its author revoked it. */
export interface ListedDocument extends DocumentRecord {
  /** Text of the author's; undefined if it is not revoked, no reason was given, or no events were asked for. */
  readonly reason: string | undefined;
}

/** A page of documents. */
export interface DocumentList extends ResolvedVersion {
  readonly documents: readonly ListedDocument[];
  /** How many the version has in all, whoever added them. */
  readonly total: number;
  /** The offset at which to go on; undefined at the end. */
  readonly next: number | undefined;
}

async function readReasons(
  { registry, events, signal }: ListDocumentsOptions,
  { model, version }: ResolvedVersion,
): Promise<ReadonlyMap<number, string>> {
  const reasons = new Map<number, string>();
  if (events === undefined) return reasons;
  const { modelId } = model;
  const filter = registry.filters.DocumentRevoked(modelId, version.version);
  const logs = scanLogs({
    ...events,
    address: await registry.getAddress(),
    topics: await filter.getTopicFilter(),
    ...(signal && { signal }),
  });
  for await (const log of logs) {
    const event = registry.interface.parseLog(log);
    if (event !== null) reasons.set(Number(event.args.getValue("number")), String(event.args.getValue("reason")));
  }
  return reasons;
}

/**
 * Lists what was said about a version, revoked documents too. Whom to believe is the caller's choice, by author.
 * @throws ScrimshawError errors of `resolveVersion` and of the room `chain`
 */
export async function listDocuments(options: ListDocumentsOptions): Promise<DocumentList> {
  const { registry, author, kind, offset = 0, limit = 100, signal } = options;
  const resolved = await resolveVersion(options);
  const where = { registry, modelId: resolved.model.modelId, version: resolved.version.version, signal };
  const total = await countDocuments(where);
  const found: DocumentRecord[] = [];
  let next = offset;
  for await (const document of readDocuments({ ...where, offset, count: MOST_SEARCHED })) {
    if (found.length === limit) break;
    next = document.number;
    if (author !== undefined && document.author !== author) continue;
    if (kind === undefined || document.kind === kind) found.push(document);
  }
  const reasons = found.some(({ revoked }) => revoked) ? await readReasons(options, resolved) : undefined;
  const reasonOf = ({ number }: DocumentRecord): string | undefined => {
    const reason = reasons?.get(number) ?? "";
    return reason === "" ? undefined : reason;
  };
  const documents = found.map((document) => ({ ...document, reason: reasonOf(document) }));
  return { ...resolved, documents, total, next: next < total ? next : undefined };
}
