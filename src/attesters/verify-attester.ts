import { ZeroHash } from "ethers";
import type { Provider } from "ethers";
import type { AttesterRegistry } from "../../typechain/AttesterRegistry.ts";
import { scanLogs } from "../chain/logs.ts";
import { callChain } from "../chain/revert.ts";
import { isScrimshawError } from "../errors.ts";
import type { BlobId } from "../walrus/blob-id.ts";
import type { BlobStore } from "../walrus/blob-store.ts";
import { type Answer, AnswerList } from "./answers.ts";
import { type DocumentTerms, NITRO, answerDocument } from "./check-document.ts";
import { MAX_ENVELOPE_BYTES } from "./nitro/cose-sign1.ts";
import type { VerifiedNitroDocument } from "./nitro/verify-document.ts";
import { type AttesterRecord, findApproval, requireAttester } from "./records.ts";
import type { Hex } from "./sign-digest.ts";
import { type KeyVerifiers, isJudgedForGood } from "./signer-key.ts";

export interface VerifyAttesterOptions {
  readonly attesterId: Hex;
  readonly registry: AttesterRegistry;
  readonly provider: Provider;
  /** First block that can hold the registry's events. */
  readonly fromBlock: number;
  readonly store: Pick<BlobStore, "get">;
  /** Computes a Blob ID from bytes, at the network's number of shards. */
  readonly computeBlobId: (bytes: Uint8Array) => Promise<BlobId>;
  /** The contracts that are believed for keys which are no accounts. */
  readonly verifiers: KeyVerifiers;
  readonly terms?: DocumentTerms;
  readonly signal?: AbortSignal;
}

export interface AttesterVerification {
  readonly attester: AttesterRecord;
  readonly answers: readonly Answer[];
  readonly outcome: AnswerList["outcome"];
  readonly document: VerifiedNitroDocument | undefined;
}

const iso = (seconds: bigint): string => {
  const date = new Date(Number(seconds) * 1000);
  return Number.isNaN(date.getTime()) ? `second ${seconds}` : date.toISOString();
};

/**
 * Verifies an admitted attester as a stranger would, from the chain and Walrus alone. Whoever repeats it later gets the same answers, unless
 * the registry ended the attester's validity for a time that was past already. A failed check is an answer, not an error.
 * @throws ScrimshawError `attesters.unknown`, `attesters.record-foreign`, and those of the room `chain`
 */
export async function verifyAttester(options: VerifyAttesterOptions): Promise<AttesterVerification> {
  const { registry, attesterId } = options;
  const attester = await requireAttester(registry, attesterId);
  const list = new AnswerList();
  answerValidity(list, options, attester);
  await answerApproval(list, options, attester);
  const document = await answerDocumentOf(list, options, attester);
  return { attester, answers: list.answers, outcome: list.outcome, document };
}

function answerValidity(list: AnswerList, { verifiers }: VerifyAttesterOptions, attester: AttesterRecord): void {
  const { validFrom, validUntil } = attester;
  if (validUntil <= validFrom) {
    list.add("validity", "failed", "its validity was ended before it began: nothing that it signed counts");
    return;
  }
  const changing = isJudgedForGood(attester, verifiers)
    ? ""
    : "; a contract is asked about its signatures, which may answer otherwise at another time";
  list.add("validity", "passed", `what it signs counts from ${iso(validFrom)} to ${iso(validUntil)}${changing}`);
}

/** An attester's validity ends with its approval, so only the beginning is asked for. */
async function answerApproval(
  list: AnswerList,
  { registry }: VerifyAttesterOptions,
  { measurement, approvalId, validFrom }: AttesterRecord,
): Promise<void> {
  if (measurement === ZeroHash) return;
  const approval = approvalId === undefined ? undefined : await findApproval(registry, approvalId);
  if (approval?.measurement !== measurement) {
    list.add("approval", "failed", `no approval of the measurement ${measurement} belongs to it`);
    return;
  }
  const { validFrom: from, validUntil: until } = approval;
  const covered = from <= validFrom && validFrom < until;
  const detail = `approval ${approval.approvalId} of the measurement counts from ${iso(from)} to ${iso(until)}`;
  list.add("approval", covered ? "passed" : "failed", detail);
}

async function answerDocumentOf(
  list: AnswerList,
  options: VerifyAttesterOptions,
  attester: AttesterRecord,
): Promise<VerifiedNitroDocument | undefined> {
  const { document: reference, measurement, kind, signer } = attester;
  if (reference === undefined) {
    list.add("document", "not-checked", "the registry names no document: whoever admitted the key answers for it");
    return undefined;
  }
  if (kind !== NITRO) {
    list.add("document", "not-checked", `documents of attesters of the kind "${kind}" are not known here`);
    return undefined;
  }
  const bytes = await fetchDocument(list, options, attester);
  if (bytes === undefined) return undefined;
  const { verifiers, terms } = options;
  const admittedAt = await documentSetAt(options, attester);
  return answerDocument(list, { bytes, kind, signer, measurement, admittedAt, verifiers }, terms);
}

async function fetchDocument(
  list: AnswerList,
  { store, computeBlobId, signal }: VerifyAttesterOptions,
  { document }: AttesterRecord,
): Promise<Uint8Array | undefined> {
  if (document === undefined) return undefined;
  const { blobId, contentHash, size } = document;
  if (size > MAX_ENVELOPE_BYTES) {
    list.add("document-hash", "failed", `the registry names ${size} bytes, more than any document has`);
    return undefined;
  }
  let bytes: Uint8Array;
  try {
    bytes = await store.get({ blobId, contentHash, size, ...(signal && { signal }) });
  } catch (error) {
    signal?.throwIfAborted();
    if (!isScrimshawError(error)) throw error;
    const status = error.code === "walrus.content-hash-mismatch" ? "failed" : "not-checked";
    list.add("document-hash", status, `blob ${blobId}: ${error.code}: ${error.found}`);
    return undefined;
  }
  list.add("document-hash", "passed", `SHA-256 of the ${size} bytes of blob ${blobId} is ${contentHash}`);
  const computed = await computeBlobId(bytes);
  const detail = computed === blobId ? `encoding the bytes again gives ${blobId}` : `the bytes encode to ${computed}`;
  list.add("document-blob-id", computed === blobId ? "passed" : "failed", detail);
  return bytes;
}

/** When the document that the registry names now came there: with the attester, or in its newest change of document. */
async function documentSetAt(
  { registry, provider, fromBlock, signal }: VerifyAttesterOptions,
  { attesterId, addedAt }: AttesterRecord,
): Promise<bigint> {
  const scan = {
    provider,
    address: await registry.getAddress(),
    topics: [registry.interface.getEvent("AttesterDocumentSet").topicHash, attesterId],
    fromBlock,
    ...(signal && { signal }),
  };
  const blocks: number[] = [];
  for await (const { blockNumber } of scanLogs(scan)) blocks.splice(0, 1, blockNumber);
  const [newest] = blocks;
  if (newest === undefined) return addedAt;
  const block = await callChain({ what: "read a block", call: () => provider.getBlock(newest) });
  return BigInt(block?.timestamp ?? 0);
}
