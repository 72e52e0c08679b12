import canonicalize from "canonicalize";
import { expect } from "chai";
import fc from "fast-check";
import { randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { isScrimshawError } from "../../src/errors.ts";
import { LARGE_FILE } from "../../src/models/limits.ts";
import { decodeManifest } from "../../src/models/manifest-bytes.ts";
import type { Manifest } from "../../src/models/manifest.ts";
import { pullModel } from "../../src/models/pull.ts";
import { BlobShelf } from "../../src/models/verify/blob-shelf.ts";
import { checkBlobs } from "../../src/models/verify/check-blobs.ts";
import { ModelCheckList } from "../../src/models/verify/report.ts";
import { EncoderPool } from "../../src/walrus/encoder-pool.ts";
import { HttpBlobStore } from "../../src/walrus/http-blob-store.ts";
import { Folders } from "./support/folders.ts";
import { sha256 } from "./support/manifests.ts";
import type { MemoryStore } from "./support/memory-store.ts";
import { filesIn, setUpPull } from "./support/pull-world.ts";
import { serveBlobs } from "./support/serve-blobs.ts";

const RUNS = process.env.SCRIMSHAW_CAMPAIGN === "1" ? 3000 : 60;

/** Ways to lie in a manifest whose shape is right: which entry, and what is written there. */
type Lie = (manifest: Manifest, pick: (length: number) => number, value: number) => void;

const at = <T>(items: readonly T[], pick: (length: number) => number): T | undefined => items[pick(items.length)];

const LIES: Readonly<Record<string, Lie>> = {
  "another range": (m, pick, value) => Object.assign(at(at(m.files, pick)?.parts ?? [], pick) ?? {}, { offset: value }),
  "another length": (m, pick, value) =>
    Object.assign(at(at(m.files, pick)?.parts ?? [], pick) ?? {}, { length: value }),
  "another blob": (m, pick) =>
    Object.assign(at(at(m.files, pick)?.parts ?? [], pick) ?? {}, { blob: pick(m.blobs.length) }),
  "another size": (m, pick, value) => Object.assign(at(m.files, pick) ?? {}, { size: value }),
  "another size of a blob": (m, pick, value) => Object.assign(at(m.blobs, pick) ?? {}, { size: value }),
  "the hash of another file": (m, pick) =>
    Object.assign(at(m.files, pick) ?? {}, { sha256: at(m.files, pick)?.sha256 }),
  "the part of another file": (m, pick) => {
    const [one, other] = [at(m.files, pick), at(m.files, pick)];
    if (one && other)
      Object.assign(one, { sha256: other.sha256, size: other.size, parts: structuredClone(other.parts) });
  },
  "a range of another file under its hash": (m, pick) => {
    const [one, other] = [at(m.files, pick), at(m.files, pick)];
    const [part, theirs] = [one?.parts[0], other?.parts[0]];
    if (part && theirs) Object.assign(part, { blob: theirs.blob, offset: theirs.offset });
  },
  "the ID of another blob": (m, pick) => Object.assign(at(m.blobs, pick) ?? {}, { id: at(m.blobs, pick)?.id }),
  "the hash of another blob": (m, pick) =>
    Object.assign(at(m.blobs, pick) ?? {}, { sha256: at(m.blobs, pick)?.sha256 }),
  "another path": (m, pick, value) =>
    Object.assign(at(m.files, pick) ?? {}, {
      path: ["../x", "b/c", "B/C.TXT", "a/b/c", "con", "weights.bin"][value % 6],
    }),
  "parts in another order": (m, pick) => at(m.files, pick)?.parts.reverse(),
};

/** Whether a deep look at the blobs finds nothing wrong; their IDs are not those of Walrus here. */
async function verifies(manifest: Manifest, store: MemoryStore, pool: EncoderPool): Promise<boolean> {
  const list = new ModelCheckList();
  const work = { manifest, store, list, identities: undefined };
  await using shelf = await BlobShelf.open({ ...work, nShards: 7, pool, onReceived: () => undefined });
  await checkBlobs({ manifest, shelf, list });
  return list.checks.every(({ check, status }) => check === "blob-id" || status === "passed");
}

describe("pullModel from those who lie", function () {
  this.timeout(120_000);
  const folders = new Folders();
  afterEach(() => folders.remove());

  it("gives what the manifest says, whatever the manifest says, or nothing; and all that can be verified", async () => {
    await using pool = new EncoderPool({ size: 1 });
    const { store, root, publish, cache } = await setUpPull(folders);
    const contents = { "a.txt": "hello", "b/c.txt": "world!", "weights.bin": "0123456789".repeat(50), empty: "" };
    const { manifest } = await publish(contents);
    // A second blob, so that there is another one to point to.
    const tail = Buffer.from("a tail that is a blob of its own");
    const whole = Buffer.concat([Buffer.from(contents["weights.bin"]), tail]);
    const weights = manifest.files.find(({ path }) => path === "weights.bin");
    if (!weights) throw new Error("it was published");
    manifest.blobs.push({ id: store.keep(tail), sha256: sha256(tail), size: tail.length });
    weights.parts.push({ blob: 1, offset: 0, length: tail.length, sha256: sha256(tail) });
    Object.assign(weights, { size: whole.length, sha256: sha256(whole) });
    let taken = 0;
    const lie = fc.record({
      kind: fc.constantFrom(...Object.keys(LIES)),
      picks: fc.array(fc.nat(9), { minLength: 4, maxLength: 4 }),
      value: fc.nat(600),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(lie, { maxLength: 3 }), fc.boolean(), async (lies, checks) => {
        const forged = structuredClone(manifest);
        for (const { kind, picks, value } of lies) {
          let next = 0;
          LIES[kind]?.(forged, (length) => (picks[next++ % picks.length] ?? 0) % Math.max(length, 1), value);
        }
        forged.files.sort((a, b) => (a.path < b.path ? -1 : 1));
        const bytes = Buffer.from(canonicalize(forged) ?? "");
        const reference = { blobId: store.keep(bytes), contentHash: `0x${sha256(bytes)}` as const, size: bytes.length };
        // The store itself may look or not: the library must.
        store.checks = checks;
        const before = await filesIn(join(root, "views"));
        const isValid = ((): boolean => {
          try {
            return decodeManifest(bytes).files.length > 0;
          } catch {
            return false;
          }
        })();
        const isRight = isValid && (await verifies(forged, store, pool));
        try {
          const { folder } = await pullModel({ manifest: reference, store, cache });
          for (const { path, size, sha256: hash } of forged.files) {
            const found = await readFile(join(folder, path));
            expect({ size: found.length, hash: sha256(found) }, path).to.deep.equal({ size, hash });
          }
          taken += 1;
        } catch (error) {
          if (!isScrimshawError(error)) throw error;
          expect(isRight, `verified, and refused: ${error.message}`).to.equal(false);
          expect(await filesIn(join(root, "views")), "views").to.deep.equal(before);
        }
        for (const path of await filesIn(join(root, "blobs"))) {
          expect(sha256(await readFile(join(root, "blobs", path)))).to.equal(path.split("/").at(-1));
        }
      }),
      { numRuns: RUNS },
    );
    expect(taken, "manifests that were right after all").to.be.greaterThan(0);
  });

  it("fetches each blob once as a whole, and no more of it than is wanted after that", async () => {
    const { publish, pull, forgeManifest, store } = await setUpPull(folders);
    const [a, b] = [randomBytes(60_000), randomBytes(60_000)];
    const { manifest } = await publish({ a, b });
    // Files that go to and fro between two blobs of which each wants most.
    const forged: Manifest = { ...structuredClone(manifest), blobs: [], files: [] };
    const blobs = [a, b].map((bytes) => ({ bytes, id: store.keep(bytes), sha256: sha256(bytes), size: bytes.length }));
    blobs.sort((one, other) => Buffer.compare(Buffer.from(one.id, "base64url"), Buffer.from(other.id, "base64url")));
    forged.blobs = blobs.map(({ id, sha256: hash, size }) => ({ id, sha256: hash, size }));
    const parts = Array.from({ length: 200 }, (_, index) => {
      const [blob, offset] = [index % 2, Math.floor(index / 2) * 500];
      const bytes = blobs[blob]?.bytes.subarray(offset, offset + 500) ?? Buffer.alloc(0);
      return { blob, offset, length: 500, sha256: sha256(bytes), bytes };
    });
    const whole = Buffer.concat(parts.map(({ bytes }) => bytes));
    const listed = parts.map(({ blob, offset, length, sha256: hash }) => ({ blob, offset, length, sha256: hash }));
    forged.files = [{ path: "zigzag", size: whole.length, sha256: sha256(whole), parts: listed }];
    await forgeManifest(forged);
    store.gets.length = 0;
    const { folder } = await pull();
    expect((await readFile(join(folder, "zigzag"))).equals(whole)).to.equal(true);
    const fetched = store.gets.slice(1).reduce((sum, { range }) => sum + (range?.length ?? 60_000), 0);
    expect(fetched, "each blob, and each part").to.be.at.most(2 * 60_000 + whole.length);
  });

  it("goes on at the honest aggregator when another one sends wrong bytes of a large file", async () => {
    const { publish, store: walrus, reference, registry, cache } = await setUpPull(folders);
    const large = randomBytes(LARGE_FILE);
    await publish({ large });
    let lies = 0;
    const bend = (body: Buffer): void => {
      if (body.length < 1_000_000) return;
      lies += 1;
      body.writeUInt8(body.readUInt8(body.length - 1) ^ 1, body.length - 1);
    };
    const { blobs } = walrus;
    const [liar, honest] = [await serveBlobs({ blobs, bend }), await serveBlobs({ blobs })];
    try {
      await using store = new HttpBlobStore({ publishers: [], aggregators: [liar.url, honest.url], nShards: 10 });
      const { folder } = await pullModel({ reference, registry, store, cache });
      expect((await readFile(join(folder, "large"))).equals(large)).to.equal(true);
      expect(lies).to.be.greaterThan(0);
    } finally {
      for (const { server } of [liar, honest]) server.close();
    }
  });
});
