import { execFile, spawn } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { type CommandRun, finish, ROOT } from "../../support/dev-process.ts";
import { packed } from "./packed.ts";

interface Manifest {
  readonly dependencies: Readonly<Record<string, string>>;
  readonly peerDependencies: Readonly<Record<string, string>>;
  readonly peerDependenciesMeta: Readonly<Record<string, { readonly optional: boolean }>>;
}

/** A project of somebody else's that has the package installed. */
export interface Consumer {
  readonly folder: string;
  /** Writes a module and runs it in the project; gives back the JSON that it prints. */
  readonly evaluate: (code: string) => Promise<unknown>;
  readonly run: (
    program: string,
    args: readonly string[],
    env?: Readonly<Record<string, string>>,
  ) => Promise<CommandRun>;
}

/**
 * The packed package, unpacked into a fresh project. What it depends on, its peers that are not optional, and `more` are links to
 * this project's packages, which saves a minute; the campaign has npm install everything.
 */
export function useConsumer(more: readonly string[] = []): Consumer {
  let folder = "";
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "scrimshaw-consumer-"));
    await writeFile(join(folder, "package.json"), JSON.stringify({ name: "consumer", private: true, type: "module" }));
    const modules = join(folder, "node_modules");
    const own = join(modules, "scrimshaw");
    await mkdir(own, { recursive: true });
    await promisify(execFile)("tar", ["-xzf", (await packed()).tarball, "-C", own, "--strip-components=1"]);
    const manifest = JSON.parse(await readFile(join(own, "package.json"), "utf8")) as Manifest;
    const peers = Object.keys(manifest.peerDependencies).filter(
      (name) => manifest.peerDependenciesMeta[name]?.optional !== true,
    );
    for (const name of [...Object.keys(manifest.dependencies), ...peers, ...more]) {
      await mkdir(dirname(join(modules, name)), { recursive: true });
      await symlink(join(ROOT, "node_modules", name), join(modules, name), "dir");
    }
  });
  after(() => rm(folder, { recursive: true, force: true }));

  const run: Consumer["run"] = (program, args, env = {}) =>
    finish(spawn(program, args, { cwd: folder, env: { ...process.env, ...env }, stdio: ["ignore", "pipe", "pipe"] }));
  return {
    get folder() {
      return folder;
    },
    run,
    evaluate: async (code) => {
      await writeFile(join(folder, "evaluated.mjs"), code);
      const { code: exit, stdout, stderr } = await run(process.execPath, ["evaluated.mjs"]);
      if (exit !== 0) throw new Error(stderr);
      return JSON.parse(stdout) as unknown;
    },
  };
}
