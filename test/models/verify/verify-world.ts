import { expect } from "chai";
import { join } from "node:path";
import type { CheckStatus } from "../../../src/checks.ts";
import type { Identities } from "../../../src/models/age/identities.ts";
import { ModelCache } from "../../../src/models/cache/model-cache.ts";
import { blobsHashOf, encodeManifest } from "../../../src/models/manifest-bytes.ts";
import type { Manifest, ManifestBlob } from "../../../src/models/manifest.ts";
import { publishModel } from "../../../src/models/publish.ts";
import type { PublishModelOptions } from "../../../src/models/publish.ts";
import { parseReference } from "../../../src/models/reference.ts";
import type { ModelReport } from "../../../src/models/verify/report.ts";
import { verifyModel } from "../../../src/models/verify/verify-model.ts";
import type { VerifyModelOptions } from "../../../src/models/verify/verify-model.ts";
import { blobIdToHex } from "../../../src/walrus/blob-id.ts";
import type { BlobReference, BlobStore } from "../../../src/walrus/blob-store.ts";
import { EncoderPool } from "../../../src/walrus/encoder-pool.ts";
import { HttpBlobStore } from "../../../src/walrus/http-blob-store.ts";
import { LocalWalrus } from "../../../src/walrus/local/local-walrus.ts";
import { deployRegistry, networkHelpers } from "../support/chain.ts";
import { Folders } from "../support/folders.ts";
import type { Contents } from "../support/folders.ts";

export const N_SHARDS = 10;
/** Blobs of ten bytes, so that small files have several parts. */
const MAX_BLOB = 10;
/** Two files of several chunks that share one, and small ones in a pack. */
export const CONTENTS = {
  "README.md": "# m",
  "a/b.txt": "byt",
  empty: "",
  "w.bin": "0123456789abcdefghij",
  "w2.bin": "0123456789xy",
};

/** The names of a report's checks with a status, each once. */
export function named({ checks }: ModelReport, status: CheckStatus): readonly string[] {
  return [...new Set(checks.filter((check) => check.status === status).map(({ check }) => check))];
}

/** What checks with a status are about. */
export function about({ checks }: ModelReport, status: CheckStatus, name: string): readonly (string | undefined)[] {
  return checks.filter((check) => check.status === status && check.check === name).map((check) => check.about);
}

/**
 * A local Walrus for the tests of the surrounding `describe`, with the model `m`, and for each test a chain on which just that is
 * published.
 */
export function useVerifyWorld({
  contents = CONTENTS,
  options: optionsFor = () => Promise.resolve({}),
}: {
  readonly contents?: Contents;
  readonly options?: (folders: Folders) => Promise<Partial<PublishModelOptions>>;
} = {}) {
  const folders = new Folders();
  let walrus: LocalWalrus;
  let pool: EncoderPool;
  let store: HttpBlobStore;

  before(async () => {
    pool = new EncoderPool({ size: 1 });
    walrus = await LocalWalrus.start({ directory: await folders.empty(), nShards: N_SHARDS, nodes: 4, pool });
    const urls = { publishers: [walrus.url], aggregators: [walrus.url] };
    store = new HttpBlobStore({ ...urls, nShards: N_SHARDS, pool, retry: { rounds: 1 } });
  });
  afterEach(() => walrus.faults.clear());
  after(async () => {
    await store.close();
    await walrus.stop();
    await pool.close();
    await folders.remove();
  });

  async function publishOnce() {
    const chain = await deployRegistry();
    const options = await optionsFor(folders);
    const folder = await folders.with(contents);
    const { registry } = chain;
    const published = await publishModel({ folder, name: "m", registry, store, maxBlobSize: MAX_BLOB, ...options });
    return { ...chain, published };
  }

  async function setUp() {
    const { registry, publisher, published } = await networkHelpers.loadFixture(publishOnce);
    const { manifest, manifestReference, modelId } = published;
    const cache = new ModelCache({ root: join(await folders.empty(), "cache") });
    const verify = (more: Partial<VerifyModelOptions> = {}): Promise<ModelReport> =>
      verifyModel({ reference: parseReference({ text: `${publisher.address}/m` }), registry, store, cache, ...more });
    const verifyDeep = (more: { store?: BlobStore; identities?: Identities; signal?: AbortSignal } = {}) =>
      verify({ deep: { nShards: N_SHARDS, pool }, ...more });
    /** Registers another version, of any bytes, as a hostile publisher may. */
    const register = async (
      bytes: Uint8Array,
      change: { readonly blobsHash?: string; readonly manifest?: Partial<BlobReference> } = {},
    ): Promise<void> => {
      const { blobId, contentHash, size } = { ...(await store.put({ bytes })), ...change.manifest };
      const reference = { blobId: blobIdToHex(blobId), contentHash, size };
      const blobsHash = change.blobsHash ?? blobsHashOf(manifest);
      await registry.publish(modelId, { manifest: reference, blobsHash, endEpoch: 9, label: "" });
    };
    /** Registers a version whose manifest was changed. */
    const forge = async (change: (manifest: Manifest) => void): Promise<Manifest> => {
      const forged = structuredClone(manifest);
      change(forged);
      await register(encodeManifest(forged), { blobsHash: blobsHashOf(forged) });
      return forged;
    };
    /** Registers a version in which the blob of a file is another one, or the same with something else said of it. */
    const forgeBlob = async (
      path: string,
      bytes: Uint8Array | undefined,
      change: (blob: ManifestBlob) => void = () => undefined,
    ): Promise<void> => {
      const index = manifest.files.find((file) => file.path === path)?.parts[0]?.blob ?? -1;
      const stored = bytes && (await store.put({ bytes }));
      await forge((forged) => {
        const blob = forged.blobs[index];
        if (blob === undefined) throw new Error(`no blob of ${path}`);
        if (stored) Object.assign(blob, { id: stored.blobId, sha256: stored.contentHash.slice(2), size: stored.size });
        change(blob);
        const before = [...forged.blobs];
        forged.blobs.sort((a, b) => Buffer.compare(Buffer.from(a.id, "base64url"), Buffer.from(b.id, "base64url")));
        const moved = before.map((one) => forged.blobs.indexOf(one));
        for (const { parts } of forged.files) for (const part of parts) part.blob = moved[part.blob] ?? -1;
      });
    };
    return {
      forgeBlob,
      walrus,
      store,
      folders,
      registry,
      modelId,
      cache,
      manifest,
      manifestReference,
      verify,
      verifyDeep,
      register,
      forge,
    };
  }
  return setUp;
}

/** A store that gives the bytes of another blob for one. */
export function accomplice(store: BlobStore, ids: Readonly<Record<string, string>>): BlobStore {
  const swap = <T extends { readonly blobId: string }>(options: T): T => ({
    ...options,
    blobId: ids[options.blobId] ?? options.blobId,
  });
  return new Proxy(store, {
    get(target, name) {
      if (name === "get") return (options: Parameters<BlobStore["get"]>[0]) => target.get(swap(options));
      if (name === "stream") return (options: Parameters<BlobStore["stream"]>[0]) => target.stream(swap(options));
      const value: unknown = Reflect.get(target, name);
      return typeof value === "function" ? (value as () => unknown).bind(target) : value;
    },
  });
}

export function expectOnlyFailed(report: ModelReport, ...names: readonly string[]): void {
  expect(named(report, "failed"), JSON.stringify(report.checks, null, 1)).to.have.members(names);
  expect(report.outcome).to.equal(names.length === 0 ? "passed" : "failed");
}
