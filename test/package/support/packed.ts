import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { globSync } from "node:fs";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { lock } from "../../../src/file-lock.ts";
import { ROOT } from "../../support/dev-process.ts";

const run = promisify(execFile);
const CACHE = join(ROOT, "node_modules/.cache/package");
const INPUTS = [
  "{src,tasks,ignition/modules,typechain,scripts/package}/**/*.ts",
  "ignition/*.ts",
  "contracts/**/*.sol",
  "artifacts/**/*.json",
  "docs/schema/*.json",
  "*.{json,md}",
];

export interface PackedFile {
  readonly path: string;
  readonly size: number;
}

/** What `npm pack` made. */
export interface Packed {
  readonly tarball: string;
  /** Its bytes. */
  readonly size: number;
  readonly files: readonly PackedFile[];
}

async function keyOf(): Promise<string> {
  const hash = createHash("sha256");
  for (const file of globSync([...INPUTS], { cwd: ROOT }).sort()) {
    hash.update(`${file}\0`).update(await readFile(join(ROOT, file)));
  }
  return hash.digest("hex");
}

/** Packs the package as `npm publish` would, once for all tests of one state of the sources. The contracts are compiled already. */
export async function packed(): Promise<Packed> {
  const held = await lock({ path: join(CACHE, "lock"), kind: "exclusive" });
  try {
    return await packOnce();
  } finally {
    held.release();
  }
}

async function packOnce(): Promise<Packed> {
  const record = join(CACHE, "packed.json");
  const key = await keyOf();
  const known = await readFile(record, "utf8").then(
    (text) => JSON.parse(text) as Packed & { readonly key: string },
    () => undefined,
  );
  if (known?.key === key) return known;
  await rm(record, { force: true });
  await mkdir(CACHE, { recursive: true });
  await run(process.execPath, [join(ROOT, "scripts/package/build.ts")], { cwd: ROOT });
  const args = ["pack", "--ignore-scripts", "--json", "--pack-destination", CACHE];
  const { stdout } = await run("npm", args, { cwd: ROOT, maxBuffer: 2 ** 24 });
  const [pack] = Object.values(
    JSON.parse(stdout) as Record<string, { filename: string; size: number; files: PackedFile[] }>,
  );
  if (pack === undefined) throw new Error("npm packed nothing");
  const { filename, size, files } = pack;
  const made = {
    key,
    tarball: join(CACHE, filename),
    size,
    files: files.map(({ path, size: bytes }) => ({ path, size: bytes })),
  };
  await writeFile(record, JSON.stringify(made));
  return made;
}
