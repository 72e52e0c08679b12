import type { ModelRegistry } from "../../../typechain/ModelRegistry.ts";
import { ScrimshawError } from "../../errors.ts";
import type { BlobProgress, BlobStore } from "../../walrus/blob-store.ts";
import { inPairs } from "../../walrus/in-pairs.ts";
import type { SystemSource, WalrusSystem } from "../../walrus/system.ts";
import type { Timing } from "../../walrus/timing.ts";
import type { ModelCache } from "../cache/model-cache.ts";
import { requirePublisher } from "../publish-state.ts";
import { accountOf } from "../register.ts";
import type { SentTransaction } from "../register.ts";
import type { ResolvedVersion } from "../resolve.ts";
import { sendChange } from "../send-change.ts";
import type { ChangeOptions } from "../send-change.ts";
import { extendLease } from "./extend-lease.ts";
import type { ExtendedLease } from "./extend-lease.ts";
import { firstEnd, readLease } from "./read-leases.ts";
import { findVersionBlobs } from "./version-blobs.ts";
import type { VersionBlob } from "./version-blobs.ts";

/** Blobs extended at once: through a publisher each is held in memory, at most 256 MiB of those that this library made. */
const WIDTH = 2;

export type RenewProgress =
  | { readonly kind: "lease"; readonly lease: ExtendedLease; readonly index: number; readonly count: number }
  | { readonly kind: "blob"; readonly blob: VersionBlob; readonly event: BlobProgress };

export interface RenewVersionOptions extends ChangeOptions {
  readonly resolved: ResolvedVersion;
  /** Connected to a signer that may publish the model. */
  readonly registry: ModelRegistry;
  readonly store: BlobStore;
  /** Where the current epoch is learned. */
  readonly system: SystemSource;
  /** Walrus epochs to be paid for in all, counted from the current one. */
  readonly epochs: number;
  /** Also the documents that the signer itself added: to pay for everybody's would be at everybody's will. Default false. */
  readonly documents?: boolean;
  readonly cache?: ModelCache;
  /** Blobs that a run has extended already, for versions that share them. */
  readonly done?: Map<string, ExtendedLease>;
  readonly timing?: Timing;
  readonly onProgress?: (event: RenewProgress) => void;
}

/** What became of a version's leases. */
export interface RenewedVersion extends ResolvedVersion {
  readonly leases: readonly ExtendedLease[];
  /** Why the blobs of the files could not even be named. */
  readonly problem: ScrimshawError | undefined;
  /** The first end epoch of manifest and files; undefined if one is unknown. */
  readonly endEpoch: number | undefined;
  /** True if every blob is paid for until then. */
  readonly complete: boolean;
  /** Undefined if the registry claims this end, or a later one, already; or if no end is known. */
  readonly transaction: SentTransaction | undefined;
}

/**
 * What the network says of itself now.
 * @throws ScrimshawError `models.epoch-unknown`, errors of the source
 */
export async function currentSystem(system: SystemSource, signal: AbortSignal | undefined): Promise<WalrusSystem> {
  const now = await system.system(signal ? { signal } : {});
  if (now !== undefined) return now;
  throw new ScrimshawError({
    code: "models.epoch-unknown",
    expected: "a network that tells its current epoch",
    found: "none that is known",
    next: "Set walrus.network in hardhat.config.ts to the network whose aggregators you use.",
  });
}

/**
 * Pays for more epochs of all blobs of a version, its manifest's too, and records the end with the registry. What cannot be extended is
 * named in the result, and does not keep the rest from being extended. Run again it pays for nothing twice.
 * @throws ScrimshawError `models.not-publisher`, `models.epoch-unknown`, errors of the room `chain`
 */
export async function renewVersion(options: RenewVersionOptions): Promise<RenewedVersion> {
  const { resolved, registry, store, system, epochs, documents = false, cache, timing, signal } = options;
  const { done = new Map<string, ExtendedLease>(), onProgress } = options;
  const { model, version } = resolved;
  const account = await accountOf(registry);
  await requirePublisher(model, { registry, account });
  const wantedEnd = (await currentSystem(system, signal)).epoch + epochs;
  const ours = documents ? ({ author }: { readonly author: string }) => author === account : undefined;
  const { blobs, problem } = await findVersionBlobs({ resolved, registry, store, cache, documents: ours, signal });
  const leases = await inPairs({
    items: blobs.map((blob, index) => ({ blob, index })),
    width: WIDTH,
    signal,
    work: async ({ blob, index }, stop) => {
      const extend = async (): Promise<ExtendedLease> => {
        const lease = await readLease(blob, { store, signal: stop });
        const hear = (event: BlobProgress): void => onProgress?.({ kind: "blob", blob, event });
        return extendLease({ lease, store, epochs, wantedEnd, timing, signal: stop, onProgress: hear });
      };
      const lease = { ...(done.get(blob.blob.blobId) ?? (await extend())), role: blob.role };
      done.set(blob.blob.blobId, lease);
      onProgress?.({ kind: "lease", lease, index, count: blobs.length });
      return lease;
    },
  });

  const own = leases.filter(({ role }) => role !== "document");
  const endEpoch = problem === undefined ? firstEnd(own.map((lease) => lease.endEpoch)) : undefined;
  const complete = problem === undefined && leases.every(({ outcome }) => outcome !== "failed");
  const renewed = { ...resolved, leases, problem, endEpoch, complete };
  if (endEpoch === undefined || endEpoch <= version.endEpoch) return { ...renewed, transaction: undefined };
  const { transaction } = await sendChange({
    kind: "renew",
    what: `record a renewal of version ${version.version}`,
    send: () => registry.renew(model.modelId, version.version, endEpoch),
    ...{ signal, onSent: options.onSent },
  });
  return { ...renewed, transaction };
}
