import { ScrimshawError } from "../../errors.ts";
import { collectCertificate } from "../collect-certificate.ts";
import type { EncoderPool } from "../encoder-pool.ts";
import type { TransferLimits } from "../exchange.ts";
import type { Certificate } from "../verify-certificate.ts";
import type { ChainBlob } from "./blob-objects.ts";
import { certifyBlob } from "./certify-blob.ts";
import { registerBlob } from "./register-blob.ts";
import { uploadToRelay } from "./relay-upload.ts";
import { uploadSlivers } from "./upload-slivers.ts";
import { remember, type WriteContext } from "./write-context.ts";
import type { WriteEntry } from "./write-journal.ts";

export interface WriteBlobOptions {
  readonly context: WriteContext;
  readonly entry: WriteEntry;
  readonly bytes: Uint8Array;
  readonly pool: EncoderPool;
  /** Bytes that have reached the encoder for the upload. */
  readonly onHashed: (bytes: number) => void;
  /** True if an upload relay is used. */
  readonly relayed: boolean;
  readonly fetch: typeof globalThis.fetch;
  readonly limits: TransferLimits | undefined;
}

/**
 * Registers, uploads and certifies a blob, each step at most once: what the journal, the chain or the storage nodes know to be done is
 * not done again.
 * @throws ScrimshawError those of each step; the signal's reason when aborted
 */
export async function writeBlob(options: WriteBlobOptions): Promise<ChainBlob> {
  const { context } = options;
  const { computed, journal, onStep } = context;
  const { blobId } = computed;
  const begun = options.entry.registered !== undefined || options.entry.registering !== undefined;
  const { blob, entry } = await registerBlob({ context, entry: options.entry });
  if (blob.certifiedEpoch === undefined) {
    // Found on the chain, it may have been uploaded too.
    const resumed = begun || entry.registered?.digest === "";
    const { certificate, entry: uploaded } = await upload({ ...options, entry, blob, begun: resumed });
    await certifyBlob({ context, entry: uploaded, blob, certificate });
  }
  onStep({ kind: "certified", blobId, objectId: blob.objectId });
  await journal.remove({ blobId, terms: entry.terms });
  return blob;
}

async function upload({
  context,
  entry,
  blob,
  bytes,
  pool,
  onHashed,
  begun,
  relayed,
  fetch,
  limits,
}: WriteBlobOptions & { readonly blob: ChainBlob; readonly begun: boolean }): Promise<{
  readonly certificate: Certificate;
  readonly entry: WriteEntry;
}> {
  const { chain, client, computed, deletable, onStep, signal } = context;
  const { committee } = chain;
  const { blobId } = computed;
  const { objectId } = blob;
  const persistence = deletable ? ({ kind: "deletable", objectId } as const) : ({ kind: "permanent" } as const);
  const collect = async (): Promise<Certificate> => {
    const bounds = { ...(limits === undefined ? {} : { limits }), ...(signal === undefined ? {} : { signal }) };
    return (await collectCertificate({ blobId, committee, persistence, fetch, ...bounds })).certificate;
  };

  // A certificate counts in its own epoch alone.
  if (entry.certificate?.epoch === committee.epoch) return { certificate: entry.certificate, entry };
  let certificate = begun ? await collect().catch(() => undefined) : undefined;
  signal?.throwIfAborted();
  if (certificate === undefined && relayed) {
    const nonce = new Uint8Array(Buffer.from(entry.nonce ?? "", "base64"));
    const digest = entry.registered?.digest ?? "";
    certificate = await uploadToRelay({ client, committee, bytes, blobId, objectId, deletable, nonce, digest, signal });
  }
  if (certificate === undefined) {
    const onSent = (weight: number): void => onStep({ kind: "upload", blobId, weight, nShards: committee.nShards });
    const sending = { client, committee, pool, bytes, blobId, objectId, deletable };
    await uploadSlivers({ ...sending, onHashed, onSent, signal });
    certificate = await collect();
  }
  const { message, bitmap, signature } = certificate;
  const change = { certificate: { epoch: committee.epoch, message, bitmap, signature } };
  onStep({ kind: "uploaded", blobId, epoch: committee.epoch });
  return { certificate, entry: await remember({ context, entry, change }) };
}

/** Encoding takes about ten times the blob in memory. */
const MAX_DIRECT_SIZE = 2 ** 28;

/** @throws ScrimshawError `walrus.blob-too-large` */
export function checkDirectSize(size: number): void {
  if (size <= MAX_DIRECT_SIZE) return;
  throw new ScrimshawError({
    code: "walrus.blob-too-large",
    expected: `a blob of at most ${MAX_DIRECT_SIZE} bytes to encode here`,
    found: `${size} bytes`,
    next: "Use an upload relay, which encodes by itself: `relay` in the options of the store.",
  });
}
