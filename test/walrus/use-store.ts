import { createHash } from "node:crypto";

import type { StoredBlob } from "../../src/walrus/blob-store.ts";
import { EncoderPool } from "../../src/walrus/encoder-pool.ts";
import { HttpBlobStore, type HttpBlobStoreOptions } from "../../src/walrus/http-blob-store.ts";
import { LocalWalrus } from "../../src/walrus/local/local-walrus.ts";
import { type TemporaryDirectory, temporaryDirectory } from "./temporary-directory.ts";
import { virtualTime } from "./virtual-time.ts";

const N_SHARDS = 10;

/** A blob that the network of `useStore` holds. */
export const bytes = Uint8Array.from({ length: 5_000 }, (_, i) => (i * 7) % 256);
/** A Blob ID that it does not hold. */
export const absent = "SOXf9RHkBueSe_TPBBL-o3dzbxBNhDNzf1W5zplXmdc";

export function sha256(data: Uint8Array): `0x${string}` {
  return `0x${createHash("sha256").update(data).digest("hex")}`;
}

export interface StoreContext {
  readonly walrus: () => LocalWalrus;
  readonly stored: () => StoredBlob;
  /** A store on that network, or with other options. It does not really wait between attempts. */
  readonly open: (options?: Partial<HttpBlobStoreOptions>) => HttpBlobStore;
}

/** Runs a local network of 10 shards for the tests of the surrounding `describe`. */
export function useStore(): StoreContext {
  let directory: TemporaryDirectory;
  let walrus: LocalWalrus;
  let pool: EncoderPool;
  let stored: StoredBlob;
  const open = (options: Partial<HttpBlobStoreOptions> = {}): HttpBlobStore =>
    new HttpBlobStore({
      publishers: [walrus.url],
      aggregators: [walrus.url],
      nShards: N_SHARDS,
      pool,
      timing: virtualTime(),
      ...options,
    });

  before(async () => {
    directory = await temporaryDirectory();
    pool = new EncoderPool();
    walrus = await LocalWalrus.start({ directory: directory.path, nShards: N_SHARDS, nodes: 4, pool });
    stored = await open().put({ bytes });
  });
  afterEach(() => walrus.faults.clear());
  after(async () => {
    await walrus.stop();
    await pool.close();
    await directory[Symbol.asyncDispose]();
  });
  return { walrus: () => walrus, stored: () => stored, open };
}
