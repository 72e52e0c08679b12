import { EncoderPool } from "../../../src/walrus/encoder-pool.ts";
import { HttpBlobStore } from "../../../src/walrus/http-blob-store.ts";
import { LocalWalrus } from "../../../src/walrus/local/local-walrus.ts";
import { type TemporaryDirectory, temporaryDirectory } from "../temporary-directory.ts";
import { N_SHARDS } from "./patches.ts";

export interface QuiltContext {
  readonly walrus: () => LocalWalrus;
  readonly store: () => HttpBlobStore;
}

/** Runs a local network of 10 shards, and a store on it, for the tests of the surrounding `describe`. */
export function useQuilts(): QuiltContext {
  let directory: TemporaryDirectory;
  let walrus: LocalWalrus;
  let store: HttpBlobStore;
  let pool: EncoderPool;
  before(async function () {
    this.timeout(60_000);
    directory = await temporaryDirectory();
    pool = new EncoderPool();
    // Room for eight blobs of 16 KiB, so that the limit of uploads is met with little.
    walrus = await LocalWalrus.start({
      directory: directory.path,
      nShards: N_SHARDS,
      nodes: 4,
      pool,
      maxBlobSize: 131_072,
    });
    store = new HttpBlobStore({ publishers: [walrus.url], aggregators: [walrus.url], nShards: N_SHARDS, pool });
  });
  // A put encodes twice, here and at the publisher, which a busy machine may hold up.
  beforeEach(function () {
    const test = this.currentTest;
    test?.timeout(Math.max(test.timeout(), 60_000));
  });
  afterEach(() => walrus.faults.clear());
  after(async () => {
    await store.close();
    await walrus.stop();
    await pool.close();
    await directory[Symbol.asyncDispose]();
  });
  return { walrus: () => walrus, store: () => store };
}
