import { ScrimshawError } from "../errors.ts";
import type { BlobStore } from "../walrus/blob-store.ts";

function offline(): Promise<never> {
  return Promise.reject(
    new ScrimshawError({
      code: "models.not-in-cache",
      expected: "all that was asked for in the cache, since --offline was given",
      found: "something that would have to be fetched",
      next: "Run the command once without --offline.",
    }),
  );
}

/** Walrus for those who must not ask it: refuses everything. */
export const offlineStore: BlobStore = {
  put: offline,
  get: offline,
  status: offline,
  extend: offline,
  certificate: offline,
  certificates: offline,
  stream: () => ({ [Symbol.asyncIterator]: () => ({ next: offline }) }),
};
