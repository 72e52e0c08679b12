import { isExactCopy } from "./exact-copy.ts";
import type { ModelCache, StampedView } from "./model-cache.ts";

export interface VerifyCacheOptions {
  readonly cache: ModelCache;
  readonly signal?: AbortSignal;
  /** Called before the files of a view are hashed. */
  readonly onView?: (view: StampedView) => void;
}

/** A version in the cache, and whether every byte of it is right. */
export interface VerifiedView {
  readonly view: StampedView;
  readonly isRight: boolean;
}

/**
 * Hashes all files of all versions in the cache. What is wrong is not removed, since somebody may use it, but its next pull or
 * resolve brings it anew.
 */
export async function verifyCache({ cache, signal, onView }: VerifyCacheOptions): Promise<readonly VerifiedView[]> {
  const verified: VerifiedView[] = [];
  for (const view of await cache.views()) {
    signal?.throwIfAborted();
    onView?.(view);
    const { files } = view.stamp;
    const isRight = await isExactCopy({ folder: view.folder, files, ...(signal && { signal }) });
    if (!isRight) await cache.distrustView(view.key);
    verified.push({ view, isRight });
  }
  return verified;
}
