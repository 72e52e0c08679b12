/**
 * Builds what `npm pack` packs: `dist/` with the library, the commands, the deployments and the typings as JavaScript with
 * declarations and source maps; the contracts' artifacts; and their ABIs as constants. The contracts must be compiled.
 */
import { execFileSync } from "node:child_process";
import { cpSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { writeAbis } from "./write-abis.ts";

const ROOT = resolve(fileURLToPath(new URL("../../", import.meta.url)));
const DIST = join(ROOT, "dist");

/** TypeScript leaves the sources' endings in declarations, where not every reader resolves them, and (6.0.3) in some dynamic imports. */
function endInJs(file: string): void {
  const text = readFileSync(file, "utf8");
  writeFileSync(file, text.replaceAll(/((?:from|import) ?\(?)"(\.{1,2}\/[^"]+)\.ts"/g, '$1"$2.js"'));
}

/** Maps of generated code help nobody. */
function dropMap(file: string): void {
  rmSync(`${file}.map`);
  writeFileSync(file, readFileSync(file, "utf8").replace(/\n\/\/# sourceMappingURL=.*\s*$/, "\n"));
}

/** The artifacts, and of each build the compiler's input: with it anybody compiles the same bytecode, or has a block explorer do so. */
function copyArtifacts(): readonly string[] {
  const artifacts = globSync("artifacts/contracts/**/*.json", { cwd: ROOT }).sort();
  const builds = new Set<string>();
  for (const file of artifacts) {
    const { buildInfoId } = JSON.parse(readFileSync(join(ROOT, file), "utf8")) as { readonly buildInfoId: string };
    builds.add(join("artifacts/build-info", `${buildInfoId}.json`));
  }
  for (const file of [...artifacts, ...builds]) {
    mkdirSync(dirname(join(DIST, file)), { recursive: true });
    cpSync(join(ROOT, file), join(DIST, file));
  }
  return artifacts.map((file) => join(ROOT, file));
}

rmSync(DIST, { recursive: true, force: true });
execFileSync(process.execPath, [join(ROOT, "node_modules/typescript/bin/tsc"), "-p", "tsconfig.package.json"], {
  cwd: ROOT,
  stdio: "inherit",
});
for (const file of globSync(join(DIST, "**/*.{d.ts,js}"))) endInJs(file);
for (const file of globSync(join(DIST, "typechain/**/*.js"))) dropMap(file);
writeAbis({ artifacts: copyArtifacts(), directory: join(DIST, "abi") });
