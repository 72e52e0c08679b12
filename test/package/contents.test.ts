import { execFile } from "node:child_process";
import { globSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect } from "chai";
import { ROOT } from "../support/dev-process.ts";
import { type Packed, packed } from "./support/packed.ts";

const MIB = 2 ** 20;
const PUBLINT = join(ROOT, "node_modules/publint/src/cli.js");
const ATTW = join(ROOT, "node_modules/@arethetypeswrong/cli/dist/index.js");

const sources = (...patterns: readonly string[]): readonly string[] => globSync([...patterns], { cwd: ROOT });

/** Every file that belongs into the package, by rule. */
async function expected(): Promise<readonly string[]> {
  const code = sources("{src,tasks}/**/*.ts", "ignition/*.ts", "ignition/modules/*.ts");
  const typings = sources("typechain/**/*.ts").filter((file) => !file.endsWith(".d.ts"));
  const artifacts = sources("artifacts/contracts/**/*.json");
  const builds = new Set<string>();
  for (const file of artifacts) {
    const { buildInfoId } = JSON.parse(await readFile(join(ROOT, file), "utf8")) as { readonly buildInfoId: string };
    builds.add(`artifacts/build-info/${buildInfoId}.json`);
  }
  const compiled = (file: string, endings: readonly string[]): readonly string[] =>
    endings.map((ending) => `dist/${file.replace(/\.ts$/, ending)}`);
  return [
    ...["package.json", "README.md", "LICENSE", "CHANGELOG.md", "deployments.json"],
    ...["dist/abi/index.js", "dist/abi/index.d.ts", "dist/deployments.json"],
    ...code.flatMap((file) => compiled(file, [".js", ".js.map", ".d.ts"])),
    ...typings.flatMap((file) => compiled(file, [".js", ".d.ts"])),
    ...[...artifacts, ...builds].map((file) => `dist/${file}`),
    ...sources("contracts/**/*.sol", "docs/schema/*.json"),
  ].sort();
}

describe("What npm pack packs", () => {
  let pack: Packed;

  before(async () => {
    pack = await packed();
  });

  it("is the library, the contracts and what they compile to: nothing is missing, nothing else is in it", async () => {
    expect(pack.files.map(({ path }) => path).sort()).to.deep.equal(await expected());
  });

  it("holds no test and no mock", () => {
    const found = pack.files.filter(({ path }) =>
      /(^|\/)(tests?|mocks?|bench|scripts)\/|[Mm]ock|\.t(est)?\./.test(path),
    );
    expect(found).to.deep.equal([]);
  });

  it("is no larger than it must be", () => {
    expect(pack.size / MIB).to.be.lessThan(3);
    expect(pack.files.reduce((sum, { size }) => sum + size, 0) / MIB).to.be.lessThan(14);
  });

  it("names no file by its place on the machine that built it", async () => {
    const built = pack.files.filter(({ path }) => path.startsWith("dist/"));
    const texts = await Promise.all(built.map(({ path }) => readFile(join(ROOT, path), "utf8")));
    expect(built.filter((_, index) => texts[index]?.includes(ROOT))).to.deep.equal([]);
  });

  it("imports nothing by the ending of a source", async () => {
    const code = pack.files.filter(({ path }) => /\.(js|d\.ts)$/.test(path));
    const texts = await Promise.all(code.map(({ path }) => readFile(join(ROOT, path), "utf8")));
    const isLeft = (text: string): boolean => /\b(?:from|import)\b ?\(?["']\.[^"'\n]*(?<!\.d)\.ts["']/.test(text);
    expect(code.filter((_, index) => isLeft(texts[index] ?? ""))).to.deep.equal([]);
  });

  it("satisfies publint", async () => {
    const { stdout } = await promisify(execFile)(process.execPath, [PUBLINT, "run", pack.tarball, "--strict"]);
    expect(stdout).to.include("All good!");
  });

  it("has types that every resolution of an ES module finds", async () => {
    const args = [ATTW, pack.tarball, "--profile", "esm-only", "--format", "json"];
    const { stdout } = await promisify(execFile)(process.execPath, args, { maxBuffer: 2 ** 26 });
    const { analysis, problems } = JSON.parse(stdout) as {
      readonly analysis: { readonly entrypoints: Readonly<Record<string, unknown>> };
      readonly problems: Readonly<Record<string, readonly { readonly resolutionKind?: string }[]>>;
    };
    expect(analysis.entrypoints).to.include.keys(".", "./hardhat", "./local", "./typechain", "./abi");
    // CommonJS and resolution before `exports` are not offered.
    const isOffered = (kind: string | undefined): boolean => kind !== "node10" && kind !== "node16-cjs";
    expect(
      Object.values(problems)
        .flat()
        .filter(({ resolutionKind }) => isOffered(resolutionKind)),
    ).to.deep.equal([]);
  });

  it("is built by npm itself before it is packed", async () => {
    const { scripts } = JSON.parse(await readFile(join(ROOT, "package.json"), "utf8")) as {
      readonly scripts: Readonly<Record<string, string>>;
    };
    expect(scripts["prepack"]).to.equal("npm run build:package");
    expect(scripts["build:package"]).to.equal("hardhat build --no-tests && node scripts/package/build.ts");
  });
});
