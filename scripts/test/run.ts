/**
 * Runs all tests under the project's own Node: the Solidity ones together, Mocha's by file, dealt to as many processes as there
 * are cores. Writes how many passed and failed to the file named by SCRIMSHAW_TEST_SUMMARY, so that the closing line does not
 * depend on anyone's wording.
 */
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { globSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import hre from "hardhat";
import type { Job, Outcome } from "./job.ts";

/** More would only wait for each other's memory. */
const MOST_LANES = 4;

const { values, positionals } = parseArgs({ allowPositionals: true, options: { grep: { type: "string" } } });
const total = { passed: 0, failed: 0 };
const failures: string[] = [];
/** How long each job took, in milliseconds. */
const durations = new Map<string, number>();
/** How many of the longest are named at the end: where to look when all together take too long. */
const NAMED = 12;

function save(): void {
  const file = process.env.SCRIMSHAW_TEST_SUMMARY;
  if (file !== undefined) writeFileSync(file, JSON.stringify(total));
}

function jobs(): Job[] {
  const { grep } = values;
  const chosen = positionals.length > 0;
  const solidity = chosen ? positionals.filter((file) => file.endsWith(".sol")) : [];
  const mocha = chosen ? positionals.filter((file) => file.endsWith(".ts")) : globSync("test/**/*.test.ts").sort();
  return [
    ...(!chosen || solidity.length > 0 ? [{ kind: "solidity" as const, files: solidity, grep }] : []),
    ...mocha.map((file) => ({ kind: "mocha" as const, file, grep })),
  ];
}

const nameOf = (job: Job): string => (job.kind === "solidity" ? "the Solidity tests" : job.file);

/** The answer to a job, or a failure if the process ends without one. */
function answerOf(lane: ChildProcess, job: Job): Promise<Outcome> {
  return new Promise((resolve) => {
    const onAnswer = (outcome: unknown): void => {
      lane.off("exit", onExit);
      resolve(outcome as Outcome);
    };
    const onExit = (code: number | null): void => {
      lane.off("message", onAnswer);
      resolve({ passed: 0, failed: 1, failures: [`its process ended with ${String(code)} before it answered`] });
    };
    lane.once("message", onAnswer);
    lane.once("exit", onExit);
    lane.send(job);
  });
}

/** A process that runs jobs, and how it ended. Not by its event `close`, which stays away where the channel was closed from here. */
function startLane(onPrinted: (piece: Buffer) => void): {
  readonly lane: ChildProcess;
  readonly ended: Promise<number | null>;
} {
  const script = fileURLToPath(new URL("./lane.ts", import.meta.url));
  const lane = fork(script, { stdio: ["ignore", "pipe", "pipe", "ipc"] });
  const streams = [lane.stdout, lane.stderr].filter((stream) => stream !== null);
  for (const stream of streams) stream.on("data", onPrinted);
  const exit = once(lane, "exit") as Promise<[number | null]>;
  const ended = Promise.all([exit, ...streams.map((stream) => once(stream, "end"))]).then(([[code]]) => code);
  return { lane, ended };
}

/** Takes jobs until none is left. What a job prints appears when it is done, so that no two are mixed. */
async function runLane(queue: Job[]): Promise<void> {
  if (queue.length === 0) return;
  const printed: Buffer[] = [];
  const { lane, ended } = startLane((piece) => printed.push(piece));
  const print = (): void => {
    for (const piece of printed.splice(0)) process.stdout.write(piece);
  };
  for (let job = queue.shift(); job !== undefined && lane.connected; job = queue.shift()) {
    const since = performance.now();
    const outcome = await answerOf(lane, job);
    durations.set(nameOf(job), performance.now() - since);
    // With --grep most files have nothing to say.
    if (values.grep !== undefined && outcome.passed + outcome.failed === 0) printed.length = 0;
    print();
    total.passed += outcome.passed;
    total.failed += outcome.failed;
    if (outcome.failed > 0) failures.push(`${nameOf(job)}: ${outcome.failures.join("; ")}`);
    save();
  }
  if (lane.connected) lane.disconnect();
  const code = await ended;
  print();
  if (code === 0) return;
  total.failed += 1;
  failures.push(`a process of tests ended with ${String(code)}`);
}

process.stdout.write("Compiling what changed; all contracts and their tests take about two minutes\n");
await hre.tasks.getTask("build").run();
const queue = jobs();
const lanes = Math.max(1, Math.min(availableParallelism(), MOST_LANES, queue.length));
await Promise.all(Array.from({ length: lanes }, () => runLane(queue)));
// Left over only if every process died.
total.failed += queue.length;
save();
if (durations.size > NAMED) {
  const longest = [...durations].sort(([, a], [, b]) => b - a).slice(0, NAMED);
  const lines = longest.map(([name, ms]) => `  ${(ms / 1000).toFixed(0).padStart(4)} s  ${name}\n`);
  process.stdout.write(`\nLongest of ${durations.size}:\n${lines.join("")}`);
}
if (failures.length > 0) process.stdout.write(`\nFailed:\n${failures.map((line) => `  ${line}\n`).join("")}`);
if (total.failed > 0) process.exitCode = 1;
