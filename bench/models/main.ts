import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { availableParallelism, cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { DevProcess } from "../../test/support/dev-process.ts";
import { type Measured, measure, median, verdict } from "../measure.ts";
import type { Setting } from "./blob-list.ts";
import { makeFolder } from "./make-folder.ts";

/**
 * Publishing and pulling beside what they are made of, in one run: `npm run bench:models`. SCRIMSHAW_BENCH_MIB changes the size.
 * `npm run bench:models -- memory` publishes 4 GiB to a local Walrus in another process and looks at memory alone.
 */

const MIB = 2 ** 20;
const onlyMemory = process.argv[2] === "memory";
const size = Number(process.env["SCRIMSHAW_BENCH_MIB"] ?? (onlyMemory ? "4096" : "1024")) * MIB;
const MAX_MEMORY = 2048;
const READS = 3;

interface Row {
  readonly what: string;
  readonly time: string;
  readonly "MiB/s": string;
  readonly "peak MiB": string;
  readonly note: string;
}

const percent = (part: number): string => `${(part * 100).toFixed(0)}%`;

function row(what: string, { seconds, peakMib }: Measured, note = ""): Row {
  const rate = (size / MIB / seconds).toFixed(0);
  return { what, time: `${seconds.toFixed(2)} s`, "MiB/s": rate, "peak MiB": peakMib.toFixed(0), note };
}

function quickRow(what: string, { seconds }: Measured, note = ""): Row {
  return { what, time: `${(seconds * 1000).toFixed(2)} ms`, "MiB/s": "", "peak MiB": "", note };
}

const memoryVerdict = ({ peakMib }: Measured): string =>
  verdict(peakMib <= MAX_MEMORY, `peak ${peakMib.toFixed(0)} MiB (at most ${MAX_MEMORY})`);

async function benchPublish(run: (scenario: string) => Promise<Measured>): Promise<Row[]> {
  const before = await run("pool");
  const discarded = await run("publish-discarded");
  const after = await run("pool");
  // The better one, so that nothing that goes on beside helps the comparison.
  const pool = before.seconds < after.seconds ? before : after;
  const share = pool.seconds / discarded.seconds;
  const local = await run("publish-local");
  return [
    row("encoder pool alone, the same blobs", pool),
    row(
      "publish, bytes thrown away",
      discarded,
      verdict(share >= 0.8, `${percent(share)} of the pool's rate (at least 80%)`),
    ),
    row("publish to a local Walrus in another process", local, memoryVerdict(local)),
  ];
}

async function benchPull(run: (scenario: string) => Promise<Measured>): Promise<Row[]> {
  const names = ["download-and-hash", "download-to-disk", "pull"] as const;
  const results = new Map<string, Measured[]>(names.map((name) => [name, []]));
  for (let round = 0; round < READS; round += 1) {
    for (const name of names) results.get(name)?.push(await run(name));
  }
  const [hashed, written, pull] = names.map((name) => median(results.get(name) ?? []));
  if (hashed === undefined || written === undefined || pull === undefined) throw new RangeError("nothing was measured");
  const again = await run("pull-again");
  const resolve = await run("resolve-warm");
  const stat = await run("stat");
  const share = written.seconds / pull.seconds;
  const kept = `${percent(share)} of plain download to disk (at least 70%)`;
  return [
    row("plain download and SHA-256, kept nowhere", hashed),
    row("plain download and SHA-256, to disk", written),
    row("pull", pull, verdict(share >= 0.7, `${kept}, ${percent(hashed.seconds / pull.seconds)} of one kept nowhere`)),
    quickRow("second pull, from the cache", again, verdict(again.seconds < 0.05, "below 50 ms")),
    quickRow("warm resolve", resolve, verdict(resolve.seconds < 0.005, "below 5 ms")),
    quickRow("stat of the same files", stat),
  ];
}

const directory = await mkdtemp(join(tmpdir(), "scrimshaw-bench-"));
const dev = await DevProcess.start({ nShards: 1000 });
const rows: Row[] = [];
try {
  const folder = join(directory, "model");
  await makeFolder(folder, size);
  process.stdout.write(
    `a model of ${size / MIB} MiB at 1000 shards, ${availableParallelism()} cores (${cpus()[0]?.model ?? "unknown"})\n`,
  );
  const settingFile = join(directory, "setting.json");
  const setting: Setting = {
    folder,
    ...{ list: join(directory, "blobs.json"), cache: join(directory, "cache"), scratch: join(directory, "scratch") },
    ...{ chainUrl: dev.env["SCRIMSHAW_CHAIN_URL"] ?? "", walrusUrl: dev.env["SCRIMSHAW_WALRUS_URL"] ?? "" },
    ...{ registry: dev.addresses["modelRegistry"] ?? "", serveUrl: "" },
  };
  const scenarios = new URL("./scenario.ts", import.meta.url);
  const run = async (scenario: string): Promise<Measured> => measure(scenarios, scenario, settingFile);
  await writeFile(settingFile, JSON.stringify(setting));
  if (onlyMemory) {
    const local = await run("publish-local");
    rows.push(row("publish to a local Walrus in another process", local, memoryVerdict(local)));
  } else {
    rows.push(...(await benchPublish(run)));
    const script = fileURLToPath(new URL("./serve.ts", import.meta.url));
    const server = spawn(process.execPath, [script, setting.list], { stdio: ["ignore", "pipe", "inherit"] });
    try {
      const [serveUrl] = (await once(createInterface({ input: server.stdout }), "line")) as [string];
      await writeFile(settingFile, JSON.stringify({ ...setting, serveUrl } satisfies Setting));
      rows.push(...(await benchPull(run)));
    } finally {
      server.kill();
    }
  }
  console.table(rows);
  process.exitCode = rows.some(({ note }) => note.startsWith("MISSED")) ? 1 : 0;
} finally {
  await dev.stop();
  await rm(directory, { recursive: true, force: true });
}
