import { createHash } from "node:crypto";
import { createWriteStream } from "node:fs";
import { lstat, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { JsonRpcProvider } from "ethers";
import { buildManifest } from "../../src/models/build-manifest.ts";
import { ModelCache } from "../../src/models/cache/model-cache.ts";
import { encodeManifest } from "../../src/models/manifest-bytes.ts";
import { prepareModel } from "../../src/models/prepare.ts";
import { publishModel } from "../../src/models/publish.ts";
import { pullModel } from "../../src/models/pull.ts";
import { parseReference } from "../../src/models/reference.ts";
import type { BlobReference, FilePiece } from "../../src/walrus/blob-store.ts";
import { EncoderPool } from "../../src/walrus/encoder-pool.ts";
import { HttpBlobStore } from "../../src/walrus/http-blob-store.ts";
import { readPieces } from "../../src/walrus/read-pieces.ts";
import { ModelRegistry__factory } from "../../typechain/factories/ModelRegistry__factory.ts";
import { peakMib } from "../measure.ts";
import { BlobList, Setting } from "./blob-list.ts";
import { discardingFetch } from "./discard.ts";

/** Runs one scenario and prints `{seconds, peakMib}`. Arguments: its name and the file with the `Setting`. */

const N_SHARDS = 1000;
/** Times that what takes milliseconds is done; the middle counts. */
const TIMES = 21;
/** Of them before they count: code is compiled by its use. */
const WARM = 3;

const [name = "", settingFile = ""] = process.argv.slice(2);
const setting = Setting.parse(JSON.parse(await readFile(settingFile, "utf8")));
const { folder } = setting;

async function timed(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await work();
  return (performance.now() - began) / 1000;
}

async function middle(work: () => Promise<unknown>): Promise<number> {
  const seconds: number[] = [];
  for (let count = 0; count < TIMES; count += 1) seconds.push(await timed(work));
  return seconds.slice(WARM).toSorted((a, b) => a - b)[Math.floor((TIMES - WARM) / 2)] ?? NaN;
}

const blobList = async (): Promise<BlobList> => BlobList.parse(JSON.parse(await readFile(setting.list, "utf8")));

/** The encoder pool's own rate: the model's blobs, the largest first, and nothing else. Notes the blobs for the others. */
async function pool(): Promise<number> {
  const { name: model, metadata, plan } = await prepareModel({ folder, name: "discarded" });
  const sources = plan.blobs.map(({ size, pieces }) => ({
    size,
    pieces: pieces.map(({ file, offset, length }) => ({ path: file.source, offset, length })),
  }));
  await using encoders = new EncoderPool({ size: 2 });
  const stored: BlobReference[] = [];
  const encode = async (index: number): Promise<void> => {
    const source = sources[index];
    if (source === undefined) return;
    const { blobId, contentHash, size } = await encoders.computeBlobId({ source, nShards: N_SHARDS });
    stored[index] = { blobId, contentHash, size };
  };
  const order = [...sources.keys()].sort((a, b) => (sources[b]?.size ?? 0) - (sources[a]?.size ?? 0));
  const seconds = await timed(() => Promise.all(order.map(encode)));
  const bytes = encodeManifest(buildManifest({ name: model, metadata, plan, stored }));
  const { blobId, contentHash, size } = await encoders.computeBlobId({ source: { bytes }, nShards: N_SHARDS });
  const manifest = { blobId, contentHash, size, bytes: Buffer.from(bytes).toString("base64") };
  const blobs = stored.map((blob, index) => ({ ...blob, pieces: [...(sources[index]?.pieces ?? [])] }));
  await writeFile(setting.list, JSON.stringify({ blobs, manifest } satisfies BlobList));
  return seconds;
}

async function chain() {
  const provider = new JsonRpcProvider(setting.chainUrl, undefined, { staticNetwork: true });
  const signer = await provider.getSigner(0);
  return { provider, registry: ModelRegistry__factory.connect(setting.registry, signer), creator: signer.address };
}

async function publish(model: string, store: HttpBlobStore): Promise<number> {
  const { provider, registry } = await chain();
  await using closing = store;
  const seconds = await timed(() => publishModel({ folder, name: model, registry, store: closing }));
  provider.destroy();
  return seconds;
}

async function headOf(pieces: readonly FilePiece[]): Promise<Uint8Array> {
  for await (const head of readPieces({ pieces, size: 4096 })) return head;
  return new Uint8Array();
}

async function publishDiscarded(): Promise<number> {
  const list = await blobList();
  const heads = await Promise.all(list.blobs.map(({ pieces }) => headOf(pieces)));
  const urls = { publishers: ["http://discard.invalid"], aggregators: ["http://discard.invalid"] };
  return publish("discarded", new HttpBlobStore({ ...urls, fetch: discardingFetch(list, heads) }));
}

async function publishLocally(): Promise<number> {
  const url = setting.walrusUrl;
  return publish("local", new HttpBlobStore({ publishers: [url], aggregators: [url] }));
}

/** One blob after the other by plain `fetch`, hashed, and kept in a file, as a pull does, or not. */
async function plainDownload(isKept: boolean): Promise<number> {
  const { blobs } = await blobList();
  const seconds = await timed(async () => {
    for (const { blobId, contentHash } of blobs) {
      const { body } = await fetch(`${setting.serveUrl}/v1/blobs/${blobId}`);
      if (body === null) throw new Error("no body");
      const hash = createHash("sha256");
      const hashed = async function* (pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
        for await (const piece of pieces) {
          hash.update(piece);
          yield piece;
        }
      };
      const pieces = hashed(body as AsyncIterable<Uint8Array>);
      if (isKept) await pipeline(pieces, createWriteStream(setting.scratch, { flush: true }));
      else for await (const piece of pieces) if (piece.length === 0) throw new Error("an empty piece");
      if (`0x${hash.digest("hex")}` !== contentHash) throw new Error("other bytes");
    }
  });
  await rm(setting.scratch, { force: true });
  return seconds;
}

async function reader() {
  const { provider, registry, creator } = await chain();
  const store = new HttpBlobStore({ publishers: [], aggregators: [setting.serveUrl] });
  const reference = parseReference({ text: `${creator}/discarded@1` });
  return { provider, registry, reference, store, cache: new ModelCache({ root: setting.cache }) };
}

async function pull(times: "once" | "again"): Promise<number> {
  const { provider, ...options } = await reader();
  const work = (): Promise<unknown> => pullModel(options);
  if (times === "once") await rm(setting.cache, { recursive: true, force: true });
  const seconds = times === "once" ? await timed(work) : await middle(work);
  provider.destroy();
  return seconds;
}

async function resolveWarm(): Promise<number> {
  const { provider, registry, reference, store, cache } = await reader();
  const online = () => Promise.resolve({ registry, store });
  const chainName = "the bench's chain";
  const pin = await cache.resolve({ reference, chain: chainName, online });
  const seconds = await middle(async () => {
    // Without a network: a warm resolve asks none.
    using resolved = await cache.resolve({ reference, chain: chainName });
    if (resolved.folder !== pin.folder) throw new Error("another folder");
  });
  pin.release();
  provider.destroy();
  return seconds;
}

async function statAll(): Promise<number> {
  const { plan } = await prepareModel({ folder, name: "discarded" });
  const paths = plan.files.map(({ facts }) => join(folder, facts.path));
  return middle(() => Promise.all(paths.map((path) => lstat(path))));
}

const scenarios: Readonly<Record<string, () => Promise<number>>> = {
  pool,
  "publish-discarded": publishDiscarded,
  "publish-local": publishLocally,
  "download-and-hash": () => plainDownload(false),
  "download-to-disk": () => plainDownload(true),
  pull: () => pull("once"),
  "pull-again": () => pull("again"),
  "resolve-warm": resolveWarm,
  stat: statAll,
};

const scenario = scenarios[name];
if (scenario === undefined) throw new Error(`unknown scenario ${name}`);
const seconds = await scenario();
process.stdout.write(`${JSON.stringify({ seconds, peakMib: peakMib() })}\n`);
