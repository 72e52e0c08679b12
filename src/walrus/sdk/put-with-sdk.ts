import { randomBytes } from "node:crypto";
import { readFile, stat } from "node:fs/promises";

import { isScrimshawError, ScrimshawError } from "../../errors.ts";
import { agreedStatus } from "../agreed-status.ts";
import type { PutOptions, StoredBlob } from "../blob-store.ts";
import { computeBlobId } from "../compute-blob-id.ts";
import { checkEncodable, type EncoderPool } from "../encoder-pool.ts";
import type { TransferLimits } from "../exchange.ts";
import { readPieces } from "../read-pieces.ts";
import { extendOwned } from "./extend-owned.ts";
import { priceProgress } from "./price-progress.ts";
import { readRelayTip } from "./relay-tip.ts";
import type { SdkSession } from "./sdk-session.ts";
import { DEFAULT_CAPS, type SdkBlobStoreOptions } from "./sdk-store-options.ts";
import type { SuiSigner } from "./sui-signer.ts";
import { checkDirectSize, writeBlob } from "./write-blob.ts";
import type { SdkStep } from "./sdk-step.ts";
import type { WriteContext } from "./write-context.ts";
import { WriteJournal, type WriteTerms } from "./write-journal.ts";

export interface PutWithSdkOptions {
  readonly put: PutOptions;
  readonly epochs: number;
  readonly session: SdkSession;
  readonly signer: () => Promise<SuiSigner>;
  readonly store: SdkBlobStoreOptions;
  readonly fetch: typeof globalThis.fetch;
  readonly limits: TransferLimits;
  readonly pool: EncoderPool;
}

/** The bytes, of which a file has too many is told before they fill the memory. */
async function bytesOf({
  put,
  check,
}: {
  readonly put: PutOptions;
  readonly check: (size: number) => void;
}): Promise<Uint8Array> {
  if ("bytes" in put) {
    check(put.bytes.length);
    return put.bytes;
  }
  const path = "path" in put ? put.path : (put.pieces[0]?.path ?? "");
  try {
    if ("pieces" in put) {
      const size = put.pieces.reduce((sum, { length }) => sum + length, 0);
      check(size);
      const bytes: Uint8Array[] = [];
      for await (const whole of readPieces({ pieces: put.pieces, size })) bytes.push(whole);
      return bytes[0] ?? new Uint8Array();
    }
    check((await stat(path)).size);
    return await readFile(path);
  } catch (cause) {
    if (isScrimshawError(cause)) throw cause;
    const found = (cause as NodeJS.ErrnoException).code ?? "a failure to read";
    const next = "Check the path.";
    throw new ScrimshawError({
      code: "walrus.file-unreadable",
      expected: `a readable file ${path}`,
      found,
      next,
      cause,
    });
  }
}

/** Stores a blob unless the storage nodes agree that it is already stored for long enough. */
export async function putWithSdk(options: PutWithSdkOptions): Promise<StoredBlob> {
  const { put, epochs, session, store, fetch, limits, pool } = options;
  const { deletable = false, signal, onProgress } = put;
  const { nShards } = session.network;
  const stop = signal === undefined ? {} : { signal };
  const check = (size: number): void => {
    checkEncodable({ size, nShards });
    if (store.relay === undefined) checkDirectSize(size);
  };
  const bytes = await bytesOf({ put, check });
  const size = bytes.length;
  const onHashed = (hashed: number): void => onProgress?.({ kind: "encode", hashed, size });
  onHashed(0);
  const computed = await computeBlobId({ bytes, nShards, pool, onHashed, ...stop });
  const { blobId, contentHash } = computed;
  const chain = await session.chain(signal);
  const { committee } = chain;
  const wantedEnd = committee.epoch + epochs;

  if (!deletable) {
    // Nodes that disagree, or a deletable copy, only mean that it is stored again.
    const status = await agreedStatus({ blobId, committee, fetch, limits, ...stop }).catch(() => undefined);
    signal?.throwIfAborted();
    if (status?.state === "certified" && status.deletable === false && (status.endEpoch ?? 0) >= wantedEnd) {
      onProgress?.({ kind: "stored", blobId, size });
      return { blobId, contentHash, size, endEpoch: status.endEpoch ?? wantedEnd, alreadyCertified: true };
    }
  }

  const signer = await options.signer();
  const owner = signer.toSuiAddress();
  const { name, systemObjectId } = session.network;
  const terms: WriteTerms = {
    network: name,
    systemObjectId,
    owner,
    deletable,
    ...(store.relay && { relay: store.relay.host }),
  };
  const journal = new WriteJournal({ directory: store.journalDir });
  const known = await journal.read({ blobId, terms });
  const entry = { ...known, terms, nonce: known?.nonce ?? randomBytes(32).toString("base64") };
  const onStep = (step: SdkStep): void => {
    store.onStep?.(step);
    priceProgress(step, onProgress);
    if (step.kind === "upload")
      onProgress?.({ kind: "upload", sent: Math.floor((size * step.weight) / step.nShards), size });
  };
  const tip = await readTip({ ...options, size, onStep });
  const relay = store.relay && { host: store.relay.host, tip, size };
  const context: WriteContext = {
    chain,
    suiClient: session.suiClient,
    client: session.client({ relay }),
    signer,
    owner,
    computed,
    epochs,
    deletable,
    tip,
    maxCost: store.maxCost ?? DEFAULT_CAPS.cost,
    maxGas: store.maxGas ?? DEFAULT_CAPS.gas,
    journal,
    onStep,
    signal,
  };
  const blob = await writeBlob({ context, entry, bytes, pool, onHashed, relayed: relay !== undefined, fetch, limits });
  onProgress?.({ kind: "upload", sent: size, size });
  // A write that goes on after a while, or for longer than it began, is topped up.
  const { endEpoch } =
    blob.endEpoch >= wantedEnd ? blob : await extendOwned({ ...context, blobId, endEpoch: wantedEnd });
  onProgress?.({ kind: "stored", blobId, size });
  return { blobId, contentHash, size, endEpoch, alreadyCertified: false };
}

async function readTip({
  store,
  session,
  fetch,
  limits,
  put: { signal },
  size,
  onStep,
}: PutWithSdkOptions & { readonly size: number; readonly onStep: (step: SdkStep) => void }) {
  if (store.relay === undefined) return undefined;
  const { host, maxTip = DEFAULT_CAPS.tip } = store.relay;
  const { nShards } = session.network;
  const tip = await readRelayTip({ host, size, nShards, maxTip, fetch, limits, signal });
  if (tip !== undefined) onStep({ kind: "tip", host, ...tip });
  return tip;
}
