import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { availableParallelism, cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

import { type Measured, measure as measureScript, median, verdict } from "../measure.ts";

/** Blob IDs and reads beside what they are made of, in one run: `npm run bench:walrus`. SCRIMSHAW_BENCH_MIB changes the size. */

const MIB = 2 ** 20;
const size = Number(process.env["SCRIMSHAW_BENCH_MIB"] ?? "256") * MIB;
const READS = 7;

const measure = (scenario: string, ...args: readonly string[]): Promise<Measured> =>
  measureScript(new URL("./scenario.ts", import.meta.url), scenario, ...args);

interface Row {
  readonly what: string;
  readonly seconds: string;
  readonly "MiB/s": string;
  readonly "peak MiB": string;
  readonly note: string;
}

function row(what: string, blobs: number, { seconds, peakMib }: Measured, note = ""): Row {
  const rate = (blobs * size) / MIB / seconds;
  return { what, seconds: seconds.toFixed(2), "MiB/s": rate.toFixed(0), "peak MiB": peakMib.toFixed(0), note };
}

function makeBytes(): Uint8Array {
  const bytes = new Uint8Array(size);
  const words = new Uint32Array(bytes.buffer);
  // Xorshift: the same bytes on every machine, and none that compress.
  let state = 2_463_534_242;
  for (let at = 0; at < words.length; at += 1) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    words[at] = state;
  }
  return bytes;
}

async function benchIds(file: string): Promise<Row[]> {
  const wasm = await measure("wasm-one", file);
  const one = await measure("ours-one", file);
  const wasmTwo = await measure("wasm-two", file);
  const inTurn = await measure("ours-two-in-turn", file);
  const atOnce = await measure("ours-two-at-once", file);
  const fromMemory = await measure("ours-two-from-memory", file);
  const share = atOnce.seconds / inTurn.seconds;
  const limit = (2 * 3 * size) / MIB + 150;
  const memory = Math.max(atOnce.peakMib, fromMemory.peakMib);
  return [
    row("1 Blob ID, raw wasm on one thread", 1, wasm),
    row("1 Blob ID, ours", 1, one),
    row("2 Blob IDs, raw wasm on one thread", 2, wasmTwo),
    row("2 Blob IDs, ours, one after the other", 2, inTurn),
    row("2 Blob IDs, ours, at once", 2, atOnce, verdict(share <= 0.6, `${share.toFixed(2)} of in turn (at most 0.60)`)),
    row(
      "2 Blob IDs, ours, at once, from memory",
      2,
      fromMemory,
      verdict(memory <= limit, `peak ${memory.toFixed(0)} MiB (at most ${limit.toFixed(0)})`),
    ),
  ];
}

async function benchReads(file: string, hash: string): Promise<Row[]> {
  const script = fileURLToPath(new URL("./serve.ts", import.meta.url));
  const server = spawn(process.execPath, [script, file], { stdio: ["ignore", "pipe", "inherit"] });
  try {
    const [url] = (await once(createInterface({ input: server.stdout }), "line")) as [string];
    const names = ["read-discard", "read-by-hand", "read-stream", "read-get"] as const;
    const results = new Map<string, Measured[]>(names.map((name) => [name, []]));
    for (let round = 0; round < READS; round += 1) {
      for (const name of names) results.get(name)?.push(await measure(name, url, hash, String(size)));
    }
    const of = (name: (typeof names)[number]): Measured => median(results.get(name) ?? []);
    const [discard, byHand, stream, get] = [of("read-discard"), of("read-by-hand"), of("read-stream"), of("read-get")];
    const share = (measured: Measured): string => {
      const part = discard.seconds / measured.seconds;
      return verdict(part >= 0.7, `${(part * 100).toFixed(0)}% of fetch and discard (at least 70%)`);
    };
    return [
      row("read, fetch and discard", 1, discard),
      row("read, fetch and SHA-256 by hand", 1, byHand),
      row("read, ours, streamed and verified", 1, stream, share(stream)),
      row(
        "read, ours, into memory and verified",
        1,
        get,
        `${((discard.seconds / get.seconds) * 100).toFixed(0)}%, with a copy into one array`,
      ),
    ];
  } finally {
    server.kill();
  }
}

const directory = await mkdtemp(join(tmpdir(), "scrimshaw-bench-"));
try {
  const file = join(directory, "blob");
  const bytes = makeBytes();
  const hash = `0x${createHash("sha256").update(bytes).digest("hex")}`;
  await writeFile(file, bytes);
  process.stdout.write(
    `blobs of ${size / MIB} MiB at 1000 shards, ${availableParallelism()} cores (${cpus()[0]?.model ?? "unknown"})\n`,
  );
  const reads = await benchReads(file, hash);
  const ids = await benchIds(file);
  console.table([...ids, ...reads]);
  process.exitCode = [...ids, ...reads].some(({ note }) => note.startsWith("MISSED")) ? 1 : 0;
} finally {
  await rm(directory, { recursive: true, force: true });
}
