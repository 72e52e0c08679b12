import { type ChildProcess, execFile, spawn } from "node:child_process";
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { type CommandRun, finish, ROOT } from "../../support/dev-process.ts";
import { packed } from "./packed.ts";

interface Manifest {
  readonly devDependencies: Readonly<Record<string, string>>;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly peerDependencies: Readonly<Record<string, string>>;
  readonly peerDependenciesMeta: Readonly<Record<string, { readonly optional: boolean }>>;
}

type Environment = Readonly<Record<string, string>>;

/** A project of somebody else's that has the package installed. */
export interface Consumer {
  readonly folder: string;
  /** Writes a module and runs it in the project; gives back the JSON that it prints. */
  readonly evaluate: (code: string) => Promise<unknown>;
  readonly start: (program: string, args: readonly string[], env?: Environment) => ChildProcess;
  readonly run: (program: string, args: readonly string[], env?: Environment) => Promise<CommandRun>;
  /** Starts the project's own Hardhat. */
  readonly hardhat: (args: readonly string[], env?: Environment) => ChildProcess;
}

export interface ConsumerOptions {
  /** A folder of this project whose files the consumer begins with. */
  readonly project?: string;
  /** What it installs beside the package, of what this project has. */
  readonly packages?: readonly string[];
}

const CAMPAIGN = process.env.SCRIMSHAW_CAMPAIGN === "1";

/** Asks the registry for everything, newest versions of peers included. */
async function install(folder: string, tarball: string, packages: readonly string[]): Promise<void> {
  const own = JSON.parse(await readFile(join(ROOT, "package.json"), "utf8")) as Manifest;
  const wanted = packages.map((name) => `${name}@${own.devDependencies[name] ?? "latest"}`);
  const args = ["install", "--prefer-offline", "--no-audit", "--no-fund", tarball, ...wanted];
  await promisify(execFile)("npm", args, { cwd: folder, maxBuffer: 2 ** 24 });
}

/** Unpacks the package, and links to this project's packages for what it depends on. */
export async function link(folder: string, tarball: string, packages: readonly string[] = []): Promise<void> {
  const modules = join(folder, "node_modules");
  const own = join(modules, "scrimshaw");
  await mkdir(own, { recursive: true });
  await promisify(execFile)("tar", ["-xzf", tarball, "-C", own, "--strip-components=1"]);
  const manifest = JSON.parse(await readFile(join(own, "package.json"), "utf8")) as Manifest;
  const peers = Object.keys(manifest.peerDependencies).filter(
    (name) => manifest.peerDependenciesMeta[name]?.optional !== true,
  );
  for (const name of [...Object.keys(manifest.dependencies), ...peers, ...packages]) {
    await mkdir(dirname(join(modules, name)), { recursive: true });
    await symlink(join(ROOT, "node_modules", name), join(modules, name), "dir");
  }
}

/**
 * The packed package in a fresh project, with what it depends on and its peers that are not optional. Those are links to this
 * project's packages, which saves a minute; in the campaign npm installs all of it.
 */
export function useConsumer({ project, packages = [] }: ConsumerOptions = {}): Consumer {
  let folder = "";
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "scrimshaw-consumer-"));
    if (project === undefined) {
      await writeFile(join(folder, "package.json"), JSON.stringify({ private: true, type: "module" }));
    } else {
      await cp(join(ROOT, project), folder, { recursive: true });
    }
    await (CAMPAIGN ? install : link)(folder, (await packed()).tarball, packages);
  });
  after(() => rm(folder, { recursive: true, force: true }));

  const start: Consumer["start"] = (program, args, env = {}) =>
    spawn(program, args, { cwd: folder, env: { ...process.env, ...env }, stdio: ["ignore", "pipe", "pipe"] });
  return {
    get folder() {
      return folder;
    },
    start,
    run: (program, args, env) => finish(start(program, args, env)),
    hardhat: (args, env) =>
      start(process.execPath, [join(folder, "node_modules/hardhat/dist/src/cli.js"), ...args], env),
    evaluate: async (code) => {
      await writeFile(join(folder, "evaluated.mjs"), code);
      const { code: exit, stdout, stderr } = await finish(start(process.execPath, ["evaluated.mjs"]));
      if (exit !== 0) throw new Error(stderr);
      return JSON.parse(stdout) as unknown;
    },
  };
}
