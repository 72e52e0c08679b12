import canonicalize from "canonicalize";
import { expect } from "chai";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { ModelCache } from "../../../src/models/cache/model-cache.ts";
import { blobsHashOf } from "../../../src/models/manifest-bytes.ts";
import type { Manifest } from "../../../src/models/manifest.ts";
import { publishModel } from "../../../src/models/publish.ts";
import { pullModel } from "../../../src/models/pull.ts";
import type { PullModelOptions } from "../../../src/models/pull.ts";
import { parseReference } from "../../../src/models/reference.ts";
import { registerModel } from "../../../src/models/register.ts";
import { blobIdToHex } from "../../../src/walrus/blob-id.ts";
import type { BlobReference } from "../../../src/walrus/blob-store.ts";
import { deployRegistry, networkHelpers } from "./chain.ts";
import type { Contents, Folders } from "./folders.ts";
import { sha256 } from "./manifests.ts";
import { MemoryStore } from "./memory-store.ts";

/** What tests publish when they do not care. */
export const CONTENTS = { "README.md": "# m", "a/weights.bin": "0123456789", "a/copy.bin": "0123456789", empty: "" };

/** The files of a folder, sorted; none if it is missing. */
export async function filesIn(folder: string, prefix = ""): Promise<string[]> {
  const found: string[] = [];
  for (const entry of await readdir(join(folder, prefix), { withFileTypes: true }).catch(() => [])) {
    const path = `${prefix}${entry.name}`;
    if (entry.isDirectory()) found.push(...(await filesIn(folder, `${path}/`)));
    else found.push(path);
  }
  return found.sort();
}

/** A registry with the model `m` to come, a store, and a cache that is empty. */
export async function setUpPull(folders: Folders) {
  const chain = await networkHelpers.loadFixture(deployRegistry);
  const { registry, publisher } = chain;
  const store = new MemoryStore();
  const root = join(await folders.empty(), "cache");
  const cache = new ModelCache({ root });
  const reference = parseReference({ text: `${publisher.address}/m` });
  const pull = (options: Partial<PullModelOptions> = {}) =>
    pullModel({ reference, registry, store, cache, ...options });
  const publish = async (contents: Contents = CONTENTS) => {
    const published = await publishModel({ folder: await folders.with(contents), name: "m", registry, store });
    // Publishing reads back what it stored; tests count what a pull reads.
    store.gets.length = 0;
    return published;
  };
  /** Registers a version as a hostile publisher may: any bytes in the manifest's place. */
  const forge = async (bytes: Uint8Array, change: { blobsHash?: string; manifest?: Partial<BlobReference> } = {}) => {
    const { modelId } = await registerModel({ registry, name: "m" });
    const reference = { blobId: store.keep(bytes), contentHash: `0x${sha256(bytes)}` as const, size: bytes.length };
    const { blobId, contentHash, size } = { ...reference, ...change.manifest };
    const manifest = { blobId: blobIdToHex(blobId), contentHash, size };
    const blobsHash = change.blobsHash ?? `0x${"11".repeat(32)}`;
    await registry.publish(modelId, { manifest, blobsHash, endEpoch: 1, label: "" });
  };
  const forgeManifest = async (manifest: Manifest) => {
    const bytes = Buffer.from(canonicalize(manifest) ?? "");
    await forge(bytes, { blobsHash: blobsHashOf(manifest) });
  };
  /** After a refusal nothing may be in the cache but what is right by itself: the manifest, and the empty file. */
  const expectNoFiles = async (manifestHash = "") => {
    const right = new Set([manifestHash, sha256("")]);
    const left = (await filesIn(root)).filter(
      (path) => !path.startsWith("locks/") && !right.has(path.split("/").at(-1) ?? ""),
    );
    expect(left, "files in the cache").to.be.empty;
  };
  return { ...chain, store, root, cache, reference, pull, publish, forge, forgeManifest, expectNoFiles };
}
