import { spawn, spawnSync } from "node:child_process";
import { tmpdir } from "node:os";
import { finish } from "../../support/dev-process.ts";

/** Whether this machine lets a process mount a disk that nobody else sees. */
const MOUNTS =
  process.platform === "linux" && spawnSync("unshare", ["-rm", "mount", "-t", "tmpfs", "none", tmpdir()]).status === 0;

/** What a mount limits can be raised later on, but not be set for the first time. */
const ROOMY = "size=256m,nr_inodes=100000";

/**
 * Runs a program once on each of the disks, which all are the same one, remounted, and at last where there is room. Where nothing
 * can be mounted the disks are a limit for the size of each file instead. Gives what each run printed.
 */
export async function runOnSmallDisks({
  folder,
  disks,
  command,
}: {
  readonly folder: string;
  /** Options for mount: so many bytes, or so few files. */
  readonly disks: readonly string[];
  readonly command: readonly string[];
}): Promise<readonly string[]> {
  const runs = [...disks, ROOMY];
  const script = MOUNTS
    ? [`mount -t tmpfs -o ${ROOMY} none "$0"`, ...runs.map((options) => `mount -o remount,${options} "$0"\n"$@"`)]
    : [...disks.map(() => `(ulimit -f 16; exec "$@")`), `"$@"`];
  const shell = ["sh", "-ec", script.join("\n"), folder, ...command];
  const [program = "", ...args] = MOUNTS ? ["unshare", "-rm", ...shell] : shell;
  const { code, stdout, stderr } = await finish(spawn(program, args, { stdio: ["ignore", "pipe", "pipe"] }));
  if (code !== 0) throw new Error(`exit code ${String(code)}: ${stderr}`);
  return stdout.trimEnd().split("\n");
}
