import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { availableParallelism, cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { link } from "../../test/package/support/consumer.ts";
import { packed } from "../../test/package/support/packed.ts";
import { type Measured, median, verdict } from "../measure.ts";

/**
 * How long `hardhat model --help` takes in a project that has the package installed, beside `hardhat --help` in one without any plugin,
 * and in one with the plugins alone that this one brings along: `npm run bench:cli`. With sections in the configuration it checks them. All take turns in one run.
 */

const ROUNDS = Number(process.env["SCRIMSHAW_BENCH_ROUNDS"] ?? "15");
/** What the plugin itself may add, in seconds. */
const MOST_OWN = 0.06;
/** And what it may add where its sections are to be checked. */
const MOST_CONFIGURED = 0.15;

const plain = 'import { defineConfig } from "hardhat/config";\n';

const PROJECTS = [
  { name: "bare", args: ["--help"], config: `${plain}export default defineConfig({});\n` },
  {
    name: "its peers",
    args: ["--help"],
    config: `${plain}import ethers from "@nomicfoundation/hardhat-ethers";
import ignition from "@nomicfoundation/hardhat-ignition-ethers";
export default defineConfig({ plugins: [ethers, ignition] });\n`,
  },
  {
    name: "scrimshaw",
    args: ["model", "--help"],
    config: `${plain}import scrimshaw from "scrimshaw/hardhat";
export default defineConfig({ plugins: [scrimshaw] });\n`,
  },
  {
    name: "configured",
    args: ["model", "--help"],
    config: `${plain}import scrimshaw from "scrimshaw/hardhat";
export default defineConfig({ plugins: [scrimshaw], scrimshaw: { network: "localhost" }, walrus: { epochs: 3 } });\n`,
  },
] as const;

async function makeProject(folder: string, config: string): Promise<void> {
  await mkdir(folder);
  await writeFile(join(folder, "package.json"), JSON.stringify({ private: true, type: "module" }));
  await writeFile(join(folder, "hardhat.config.ts"), config);
  await link(folder, (await packed()).tarball);
}

async function run(folder: string, args: readonly string[]): Promise<Measured> {
  const began = performance.now();
  const cli = join(folder, "node_modules/hardhat/dist/src/cli.js");
  const child = spawn(process.execPath, [cli, ...args], { cwd: folder, stdio: ["ignore", "ignore", "inherit"] });
  const [code] = (await once(child, "close")) as [number | null];
  if (code !== 0) throw new Error(`hardhat ${args.join(" ")} ended with ${String(code)}`);
  return { seconds: (performance.now() - began) / 1000, peakMib: 0 };
}

const root = await mkdtemp(join(tmpdir(), "scrimshaw-bench-"));
try {
  for (const { name, config } of PROJECTS) await makeProject(join(root, name), config);
  const times = new Map<string, Measured[]>(PROJECTS.map(({ name }) => [name, []]));
  // The first round fills the caches of the system.
  for (let round = 0; round <= ROUNDS; round += 1) {
    for (const { name, args } of PROJECTS) {
      const measured = await run(join(root, name), args);
      if (round > 0) times.get(name)?.push(measured);
    }
  }
  const middle = (name: string): number => median(times.get(name) ?? []).seconds;
  const best = (name: string): number => Math.min(...(times.get(name) ?? []).map(({ seconds }) => seconds));
  console.log(
    `${cpus()[0]?.model ?? "unknown"}, ${availableParallelism()} cores, Node ${process.version}, ${ROUNDS} rounds`,
  );
  console.table(
    PROJECTS.map(({ name, args }) => ({
      project: name,
      command: `hardhat ${args.join(" ")}`,
      median: `${(middle(name) * 1000).toFixed(0)} ms`,
      best: `${(best(name) * 1000).toFixed(0)} ms`,
      "beside bare": `${((middle(name) - middle("bare")) * 1000).toFixed(0)} ms`,
    })),
  );
  for (const [name, most] of [
    ["scrimshaw", MOST_OWN],
    ["configured", MOST_CONFIGURED],
  ] as const) {
    const own = middle(name) - middle("its peers");
    console.log(
      verdict(own <= most, `${name} adds ${(own * 1000).toFixed(0)} ms to its peers, at most ${most * 1000}`),
    );
    if (own > most) process.exitCode = 1;
  }
} finally {
  await rm(root, { recursive: true, force: true });
}
