import { ZeroHash } from "ethers";
import type { Admission } from "../attesters/add-attester.ts";
import { type CheckedDocument, NITRO, documentAge, requireDocument } from "../attesters/check-document.ts";
import type { Hex } from "../attesters/sign-digest.ts";
import { documentReference, storeDocument } from "../attesters/store-document.ts";
import type { BlobReference, StoredBlob } from "../walrus/blob-store.ts";
import { computeBlobId } from "../walrus/compute-blob-id.ts";
import { encodedSize } from "../walrus/encoding-parameters.ts";
import type { AttesterCommandContext } from "./attester-command.ts";
import {
  type DocumentTermsArguments,
  invalidArgument,
  parseDocumentTerms,
  parseMeasurement,
  readDocument,
} from "./parse-attester-options.ts";
import { parseTime } from "./parse-time.ts";

/** What is said of a key on the command line. */
export interface AdmissionArguments extends DocumentTermsArguments {
  readonly measurement: string | undefined;
  readonly kind: string | undefined;
  readonly document: string | undefined;
  readonly endpoint: string;
  readonly validFrom: string | undefined;
  readonly validUntil: string | undefined;
  readonly epochs: number;
}

/** A document that was verified and has its place, though nothing is stored yet. */
export interface PreparedDocument extends CheckedDocument {
  readonly bytes: Uint8Array;
  readonly reference: BlobReference;
}

const YEAR = 365n * 86_400n;

/** Reads and verifies a document, before anything is stored. */
export async function prepareDocument(
  path: string,
  subject: { readonly signer: Hex; readonly kind: string; readonly measurement: Hex | undefined },
  { args, context }: { readonly args: DocumentTermsArguments; readonly context: AttesterCommandContext },
): Promise<PreparedDocument> {
  const { verifiers, now, environment, signal } = context;
  const terms = parseDocumentTerms(args);
  const bytes = await readDocument(path);
  const checked = requireDocument({ ...subject, bytes, admittedAt: now, verifiers }, terms);
  const { nShards } = environment.walrus;
  const blobId = async (content: Uint8Array) => (await computeBlobId({ bytes: content, nShards, signal })).blobId;
  return { ...checked, bytes, reference: await documentReference(bytes, blobId) };
}

/** Everything about a key that is to be admitted, its document verified. */
export async function prepareAdmission(
  signer: Hex,
  args: AdmissionArguments,
  context: AttesterCommandContext,
): Promise<{ readonly admission: Admission; readonly document: PreparedDocument | undefined }> {
  const { endpoint, document: path } = args;
  const kind = args.kind ?? (path === undefined ? "key" : NITRO);
  const given = args.measurement === undefined ? undefined : parseMeasurement(args.measurement);
  if (path === undefined && (args.nonce ?? args.root ?? args.maxAge) !== undefined)
    throw invalidArgument("--document beside --nonce, --root and --max-age, which are about it", "none");
  const validFrom = args.validFrom === undefined ? 0n : parseTime({ text: args.validFrom, option: "--valid-from" });
  const begin = validFrom === 0n ? context.now : validFrom;
  const validUntil =
    args.validUntil === undefined ? begin + YEAR : parseTime({ text: args.validUntil, option: "--valid-until" });
  const document =
    path === undefined
      ? undefined
      : await prepareDocument(path, { signer, kind, measurement: given }, { args, context });
  const measurement = given ?? document?.document.measurement ?? ZeroHash;
  const reference = document && { document: document.reference };
  return { admission: { signer, measurement, kind, endpoint, validFrom, validUntil, ...reference }, document };
}

/** Stores a prepared document for as many epochs as asked for. */
export async function storePrepared(
  { bytes }: PreparedDocument,
  epochs: number,
  { environment, signal, onProgress }: AttesterCommandContext,
): Promise<StoredBlob> {
  const paid = epochs === 0 ? environment.walrus.epochs : epochs;
  return storeDocument({ bytes, store: await environment.store(), epochs: paid, signal, onProgress });
}

/** What a document says, for people. */
export function documentLines(prepared: PreparedDocument | undefined, now: bigint): string[] {
  if (prepared === undefined) return [];
  const { document, binding } = prepared;
  return [
    `enclave      ${document.moduleId}, documented ${documentAge(document, now)} seconds ago`,
    `measures     ${document.measurement}`,
    `key          named by the document (${binding})`,
  ];
}

/** What a dry run of an admission shows. */
export function dryAdmission(
  { admission, document }: { readonly admission: Admission; readonly document: PreparedDocument | undefined },
  epochs: number,
  { environment, now }: AttesterCommandContext,
) {
  const { nShards, epochs: configured } = environment.walrus;
  const paid = epochs === 0 ? configured : epochs;
  const size = document?.bytes.length;
  const encoded = size === undefined ? undefined : encodedSize({ size, nShards });
  return {
    result: {
      dryRun: true,
      ...admission,
      document: admission.document ?? null,
      documentEncodedSize: encoded ?? null,
      epochs: size === undefined ? null : paid,
    },
    lines: [
      `signer       ${admission.signer.slice(0, 90)}`,
      ...documentLines(document, now),
      ...(size === undefined ? [] : [`would store   ${size} bytes (${encoded} encoded) for ${paid} epochs`]),
      "would add     the attester on chain, which would take it",
    ],
  };
}
