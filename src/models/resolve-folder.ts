import type { ModelRegistry } from "../../typechain/ModelRegistry.ts";
import { ScrimshawError } from "../errors.ts";
import type { BlobStore } from "../walrus/blob-store.ts";
import type { Identities } from "./age/identities.ts";
import type { FileLock } from "../file-lock.ts";
import type { ModelCache } from "./cache/model-cache.ts";
import { RecordedVersions } from "./cache/recorded-versions.ts";
import { formatReference } from "./reference.ts";
import type { ModelReference } from "./reference.ts";
import { requireUsable } from "./require-usable.ts";
import type { ResolvedVersion } from "./resolve.ts";
import { viewKey } from "./view-key.ts";

/** Times that a folder may be removed between its making and its pinning. */
const ATTEMPTS = 5;

/** What a cold resolve needs. */
export interface OnlineSources {
  readonly registry: ModelRegistry;
  readonly store: BlobStore;
}

export interface ResolveFolderOptions {
  readonly reference: ModelReference;
  /** Names the chain and the registry on it, for good: "mainnet", or chain id and address. No chain that is thrown away. */
  readonly chain: string;
  /** Opened when the cache does not know enough. Without it nothing is asked of any network. */
  readonly online?: () => Promise<OnlineSources>;
  /** Take a version that its owner has revoked. */
  readonly force?: boolean;
  readonly maxSize?: number;
  /** Opens a private model, when it has to be fetched. */
  readonly identities?: Identities;
  readonly signal?: AbortSignal;
}

/** A model's folder, which stays in the cache until it is released, or this process ends. */
export interface ResolvedFolder extends Disposable {
  readonly folder: string;
  readonly resolved: ResolvedVersion;
  readonly release: () => void;
}

function notCached(reference: ModelReference): ScrimshawError {
  return new ScrimshawError({
    code: "models.not-in-cache",
    expected: `${formatReference(reference)} in the cache`,
    found: "nothing, or files that were changed",
    next: "Pull it once while there is a network: `npx hardhat model pull <reference>`.",
  });
}

/**
 * The local folder of a model. A version by its number is for good: once it is in the cache nothing is asked of chain or Walrus,
 * and its files are not hashed again unless they look touched. What a tag, a label or the newest version means is asked of the
 * chain each time, unless there is no `online`: then what it meant last is taken.
 * @throws ScrimshawError `models.not-in-cache`, `models.version-revoked`, errors of `pullModel`
 */
export async function resolveFolder(cache: ModelCache, options: ResolveFolderOptions): Promise<ResolvedFolder> {
  const { reference, chain, online, force = false, signal } = options;
  const records = new RecordedVersions({ root: cache.root, chain });
  const mayKnow = reference.selector.kind === "number" || online === undefined;
  const recorded = mayKnow ? await records.find(reference) : undefined;
  if (recorded) {
    if (!force) requireUsable(recorded, reference);
    const found = await pinned(cache, recorded, signal);
    if (found) return found;
  }
  if (online === undefined) throw notCached(reference);
  const { pullModel } = await import("./pull.ts");
  const sources = await online();
  const { maxSize, identities } = options;
  const chosen = { force, ...(maxSize !== undefined && { maxSize }), ...(identities && { identities }) };
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    const { resolved } = await pullModel({ reference, ...sources, cache, ...chosen, ...(signal && { signal }) });
    if (!resolved) break;
    await records.record(reference, resolved);
    const found = await pinned(cache, resolved, signal);
    if (found) return found;
  }
  throw notCached(reference);
}

async function pinned(
  cache: ModelCache,
  resolved: ResolvedVersion,
  signal: AbortSignal | undefined,
): Promise<ResolvedFolder | undefined> {
  const key = viewKey(resolved.version.manifest.contentHash.slice(2), undefined);
  const pin: FileLock = await cache.pin(key, signal);
  const view = await cache.findUntouched(key);
  if (view === undefined) {
    pin.release();
    return undefined;
  }
  const { release } = pin;
  return { folder: view.folder, resolved, release, [Symbol.dispose]: release };
}
