import { expect } from "chai";
import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdtemp, readFile, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { ModelCache } from "../../src/models/cache/model-cache.ts";
import { pruneCache } from "../../src/models/cache/prune.ts";
import { INCOMPLETE } from "../../src/models/export/update-folder.ts";
import { publishModel } from "../../src/models/publish.ts";
import { pullModel } from "../../src/models/pull.ts";
import type { BlobReference } from "../../src/walrus/blob-store.ts";
import { EncoderPool } from "../../src/walrus/encoder-pool.ts";
import { HttpBlobStore } from "../../src/walrus/http-blob-store.ts";
import { LocalWalrus } from "../../src/walrus/local/local-walrus.ts";
import { finish } from "../support/dev-process.ts";
import { seeded } from "../support/seeded.ts";
import { deployRegistry, networkHelpers } from "./support/chain.ts";
import { Folders } from "./support/folders.ts";
import { sha256 } from "./support/manifests.ts";
import { filesIn } from "./support/pull-world.ts";
import { runOnSmallDisks } from "./support/small-disk.ts";

const childAt = (name: string): string => fileURLToPath(new URL(`support/${name}`, import.meta.url));
const CHILD = childAt("pull-child.ts");
const IS_CAMPAIGN = process.env.SCRIMSHAW_CAMPAIGN === "1";
const ROUNDS = IS_CAMPAIGN ? 300 : 8;
const PRUNES = IS_CAMPAIGN ? 100 : 3;
const UPDATES = IS_CAMPAIGN ? 100 : 3;
const FILES = 60;
const SIZE = 20_000;
/** The slice of every day is the same each time, as far as time itself is. */
const SEED = IS_CAMPAIGN ? Date.now() % 2 ** 31 : 20_260_102;
const PROCESSES = IS_CAMPAIGN ? 50 : 5;

describe(`pullModel in processes of its own (seed ${String(SEED)})`, function () {
  this.timeout(IS_CAMPAIGN ? 3_600_000 : 240_000);
  const folders = new Folders();
  const random = seeded(SEED);
  const contents: Record<string, Buffer> = {};
  let directory: string;
  let walrus: LocalWalrus;
  let pool: EncoderPool;
  let reference: BlobReference;
  /** The next version, and what it holds: half of the files changed, and one more. */
  let nextReference: BlobReference;
  let updated: Record<string, Buffer>;

  before(async () => {
    directory = await mkdtemp(join(tmpdir(), "scrimshaw-walrus-"));
    pool = new EncoderPool({ size: 1 });
    walrus = await LocalWalrus.start({ directory, nShards: 10, nodes: 4, pool });
    for (let index = 0; index < FILES; index++) contents[`d${String(index % 7)}/f${String(index)}`] = randomBytes(SIZE);
    const changed = Object.entries(contents).map(([path, bytes], i) => [path, i % 2 ? bytes : randomBytes(SIZE)]);
    updated = { ...(Object.fromEntries(changed) as typeof contents), "new/file": randomBytes(SIZE) };
    const { registry } = await networkHelpers.loadFixture(deployRegistry);
    await using store = new HttpBlobStore({ publishers: [walrus.url], aggregators: [walrus.url], nShards: 10, pool });
    const folder = await folders.with(contents);
    ({ manifestReference: reference } = await publishModel({ folder, name: "m", registry, store }));
    const next = await folders.with(updated);
    ({ manifestReference: nextReference } = await publishModel({ folder: next, name: "m", registry, store }));
  });
  after(async () => {
    await walrus.stop();
    await pool.close();
    await folders.remove();
    await rm(directory, { recursive: true, force: true });
  });

  const start = (root: string, manifest = reference, ...to: readonly string[]) =>
    spawn(process.execPath, [CHILD, walrus.url, root, JSON.stringify(manifest), ...to], {
      stdio: ["ignore", "pipe", "pipe"],
    });

  /** The same in this process, which takes less time. */
  const pullHere = async (root: string, manifest = reference, to?: string): Promise<void> => {
    await using store = new HttpBlobStore({ publishers: [], aggregators: [walrus.url], nShards: 10, pool });
    await pullModel({ manifest, store, cache: new ModelCache({ root }), ...(to !== undefined && { to }) });
  };

  /** Whatever has a final name in a cache must be right. */
  async function expectOnlyRight(root: string): Promise<void> {
    for (const name of await filesIn(join(root, "blobs"))) {
      const final = /[0-9a-f]{64}$/.exec(name)?.[0];
      if (final !== undefined) expect(sha256(await readFile(join(root, "blobs", name)))).to.equal(final);
    }
    for (const view of await readdir(join(root, "views")).catch(() => [])) {
      if (view.endsWith(".incomplete")) continue;
      expect(await filesIn(join(root, "views", view))).to.deep.equal(Object.keys(contents).sort());
    }
  }

  it("leaves nothing wrong wherever it is killed, and finishes when run again", async () => {
    const root = join(await folders.empty(), "cache");
    const began = performance.now();
    expect((await finish(start(join(await folders.empty(), "cache")))).code).to.equal(0);
    const whole = performance.now() - began;
    for (let round = 0; round < ROUNDS; round++) {
      const child = start(root);
      const ended = finish(child);
      await sleep(whole * (0.3 + 0.7 * random()));
      child.kill("SIGKILL");
      await ended;
      await expectOnlyRight(root);
    }
    const { code, stdout, stderr } = await finish(start(root));
    expect(code, stderr).to.equal(0);
    const { folder } = JSON.parse(stdout) as { readonly folder: string };
    for (const [path, bytes] of Object.entries(contents)) {
      expect((await readFile(join(folder, path))).equals(bytes), path).to.equal(true);
    }
    await pruneCache({ cache: new ModelCache({ root }), maxBytes: 2 ** 30 });
    expect((await filesIn(root)).filter((path) => path.endsWith(".incomplete"))).to.be.empty;
    await expectOnlyRight(root);
  });

  it("finds nothing wrong after a prune that was killed, and brings back what it took", async () => {
    const root = join(await folders.empty(), "cache");
    const prune = async (killAfter = Infinity): Promise<number> => {
      const child = spawn(process.execPath, [childAt("prune-child.ts"), root], { stdio: ["ignore", "pipe", "pipe"] });
      const ended = finish(child);
      await once(child.stdout, "data");
      const began = performance.now();
      if (killAfter < Infinity) {
        await sleep(killAfter);
        child.kill("SIGKILL");
      } else {
        expect((await ended).code).to.equal(0);
      }
      await ended;
      return performance.now() - began;
    };
    const pull = async (): Promise<void> => {
      await pullHere(root);
      await expectOnlyRight(root);
      expect(await readdir(join(root, "views"))).to.include(reference.contentHash.slice(2));
    };
    await pull();
    const whole = await prune();
    for (let round = 0; round < PRUNES; round++) {
      await pull();
      await prune(whole * random());
      await expectOnlyRight(root);
    }
    await pull();
    await prune();
    expect((await filesIn(root)).filter((path) => !path.startsWith("locks/"))).to.be.empty;
  });

  it("never shows a folder as complete that was half updated, and brings it to its end", async () => {
    const root = join(await folders.empty(), "cache");
    const to = join(await folders.empty(), "mine");
    const pull = (manifest: BlobReference): Promise<void> => pullHere(root, manifest, to);
    const holds = async (expected: Readonly<Record<string, Buffer>>): Promise<boolean> => {
      if ((await filesIn(to)).join() !== Object.keys(expected).sort().join()) return false;
      const right = Object.entries(expected).map(async ([path, bytes]) =>
        (await readFile(join(to, path))).equals(bytes),
      );
      return !(await Promise.all(right)).includes(false);
    };
    await pull(reference);
    const began = performance.now();
    expect((await finish(start(root, nextReference, to))).code).to.equal(0);
    const whole = performance.now() - began;
    await pull(reference);
    let mixed = 0;
    for (let round = 0; round < UPDATES; round++) {
      const child = start(root, nextReference, to);
      const ended = finish(child);
      const { promise: begun, resolve: begins } = Promise.withResolvers<undefined>();
      const watching = setInterval(() => {
        if (existsSync(join(to, INCOMPLETE))) begins(undefined);
      }, 1);
      // Every other time it is killed in the moments in which files are put in place.
      await (round % 2 === 0 ? Promise.race([begun, ended]) : sleep(whole * random()));
      clearInterval(watching);
      if (round % 2 === 0) await sleep(30 * random());
      child.kill("SIGKILL");
      await ended;
      const isMarked = existsSync(join(to, INCOMPLETE));
      if (isMarked) mixed += 1;
      else expect((await holds(contents)) || (await holds(updated)), `round ${String(round)}`).to.equal(true);
      await pull(nextReference);
      expect(await holds(updated)).to.equal(true);
      await pull(reference);
      expect(await holds(contents)).to.equal(true);
    }
    expect(mixed, "updates that were killed in the middle").to.be.greaterThan(0);
  });

  // Room for the bytes, as a look before the download says, and not for the blocks and names that they take.
  for (const [full, disks] of [
    ["has no more blocks", [`size=${String(FILES * SIZE + 20_000)}`]],
    ["takes no more names", ["nr_inodes=50", "nr_inodes=160"]],
  ] as const) {
    it(`shows nothing wrong on a disk that ${full}, and goes on when there is room`, async () => {
      const folder = await folders.empty();
      const command = [process.execPath, childAt("full-disk-child.ts"), walrus.url, join(folder, "cache")];
      const runs = (await runOnSmallDisks({ folder, disks, command: [...command, JSON.stringify(reference)] })).map(
        (line) => JSON.parse(line) as Readonly<Record<"outcome" | "wrong" | "views", unknown>>,
      );
      expect(runs).to.have.length(disks.length + 1);
      for (const run of runs.slice(0, -1))
        expect(run).to.deep.include({ outcome: "models.disk-failed", wrong: 0, views: 0 });
      expect(runs.at(-1)).to.deep.include({ outcome: "done", wrong: 0, views: 1 });
    });
  }

  it("downloads once when several processes start at the same time", async () => {
    const root = join(await folders.empty(), "cache");
    const runs = await Promise.all(Array.from({ length: PROCESSES }, () => finish(start(root))));
    const pulled = runs.map(({ code, stdout, stderr }) => {
      expect(code, stderr).to.equal(0);
      return JSON.parse(stdout) as { readonly folder: string; readonly downloaded: number };
    });
    expect(new Set(pulled.map(({ folder }) => folder)).size).to.equal(1);
    expect(pulled.filter(({ downloaded }) => downloaded > 0)).to.have.length(1);
  });
});
