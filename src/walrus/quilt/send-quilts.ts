import { ScrimshawError } from "../../errors.ts";
import type { LongWork, StoreTerms } from "../blob-store.ts";
import { EncoderPool } from "../encoder-pool.ts";
import { endpointUrl } from "../endpoint.ts";
import { EndpointHealth } from "../endpoint-health.ts";
import { DEFAULT_LIMITS, type TransferLimits } from "../exchange.ts";
import type { PublisherToken } from "../publisher-token.ts";
import { systemTiming, type Timing } from "../timing.ts";
import { DEFAULT_RETRY, type RetryPolicy } from "../try-endpoints.ts";
import { encodeQuilt } from "./encode-quilt.ts";
import type { Patch } from "./patch.ts";
import { sendQuilt } from "./send-quilt.ts";
import { splitPatches } from "./split-patches.ts";
import { quiltEmpty, type StoredQuilt, withPatches } from "./stored-quilt.ts";

/** Public publishers take forms of 100 MiB, where they take blobs of 10 MiB; this leaves room for the form itself. */
const DEFAULT_FORM_SIZE = 99 * 2 ** 20;

export interface SendQuiltsOptions extends LongWork, StoreTerms {
  /** Base URLs, tried in turn. */
  readonly publishers: readonly string[];
  readonly patches: readonly Patch[];
  /** Shards of the network. Default 1000. */
  readonly nShards?: number;
  /** Bytes of one quilt before its patches are split. Default 99 MiB. */
  readonly maxSize?: number;
  /** The JWT for publishers that ask for one. */
  readonly token?: PublisherToken;
  readonly fetch?: typeof globalThis.fetch;
  readonly limits?: Partial<TransferLimits>;
  readonly retry?: Partial<RetryPolicy>;
  readonly timing?: Timing;
  /** Workers for Blob IDs, left open. Without it they are started here and ended. */
  readonly pool?: EncoderPool;
}

/** The two characters that senders and readers of forms write and read differently. */
function refuseUnsendable(patches: readonly Patch[]): void {
  const bad = patches.find(({ identifier }) => /["\\]/.test(identifier));
  if (bad === undefined) return;
  throw new ScrimshawError({
    code: "walrus.patch-invalid",
    expected: "identifiers without quotes and backslashes, which forms do not carry safely",
    found: JSON.stringify(bad.identifier.slice(0, 80)),
    next: "Rename the file, or store the quilt as a plain blob.",
  });
}

/**
 * Stores patches through publishers' route for quilts, which takes more bytes than that for blobs. The quilt is also laid out here: the
 * publisher must answer the Blob ID computed from it. Where a publisher takes blobs large enough, `putQuilts` does the same with less.
 * @throws ScrimshawError `walrus.quilt-empty`, `walrus.patch-invalid`, `walrus.quilt-too-large`,
 * `walrus.no-publisher`, `walrus.endpoint-invalid`, `walrus.publisher-unreachable`, `walrus.publisher-too-slow`,
 * `walrus.publisher-refused`, `walrus.publisher-failed`, `walrus.publisher-answer-invalid`, `walrus.publisher-broke-terms`,
 * `walrus.publisher-token-unavailable`, `walrus.blob-id-mismatch`, `walrus.blob-marked-invalid`, `walrus.encoder-failed`;
 * the signal's reason when aborted
 * @example
 * const [quilt] = await sendQuilts({ publishers: [url], patches, epochs: 5 });
 */
export async function sendQuilts(options: SendQuiltsOptions): Promise<StoredQuilt[]> {
  const { patches, nShards = 1000, maxSize = DEFAULT_FORM_SIZE, epochs = 5, deletable = false } = options;
  refuseUnsendable(patches);
  const groups = splitPatches({ patches, nShards, maxSize });
  if (groups.length === 0) throw quiltEmpty();
  const publishers = options.publishers.map((url) => new EndpointHealth(endpointUrl(url)));
  if (publishers.length === 0) {
    throw new ScrimshawError({
      code: "walrus.no-publisher",
      expected: "the address of a publisher",
      found: "none",
      next: "Set walrus.publishers in hardhat.config.ts, or start a local Walrus with `npx hardhat walrus serve`.",
    });
  }
  const pool = options.pool ?? new EncoderPool({ size: 1 });
  const context = {
    publishers,
    nShards,
    pool,
    terms: { epochs, deletable },
    token: options.token,
    fetch: options.fetch ?? globalThis.fetch,
    limits: { ...DEFAULT_LIMITS, ...options.limits },
    retry: { ...DEFAULT_RETRY, ...options.retry },
    timing: options.timing ?? systemTiming,
    signal: options.signal,
  };
  const stored: StoredQuilt[] = [];
  try {
    for (const group of groups) {
      const quilt = encodeQuilt({ patches: group, nShards });
      const blob = await sendQuilt({ ...context, patches: group, bytes: quilt.bytes });
      options.onProgress?.({ kind: "stored", blobId: blob.blobId, size: blob.size });
      stored.push(withPatches({ blob, entries: quilt.entries }));
    }
  } finally {
    if (options.pool === undefined) await pool.close();
  }
  return stored;
}
