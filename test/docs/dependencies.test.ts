import { expect } from "chai";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { ROOT } from "../support/dev-process.ts";

type Versions = Readonly<Record<string, string>>;

interface Manifest {
  readonly dependencies: Versions;
  readonly peerDependencies: Versions;
  readonly devDependencies: Versions;
  readonly optionalDependencies: Versions;
  readonly overrides: Versions;
}

/** `a-{b,c}` is two names. */
function expand(name: string): readonly string[] {
  const braces = /^(.*)\{(.*)\}(.*)$/.exec(name);
  if (braces === null) return [name];
  const [, before = "", choices = "", after = ""] = braces;
  return choices.split(",").map((choice) => before + choice + after);
}

/** The rows of the table in one section: the names of the first column, and the other columns. */
function rowsOf(text: string, section: string): readonly { names: readonly string[]; rest: readonly string[] }[] {
  const [, body = ""] = text.split(`\n## ${section}\n`);
  const [own = ""] = body.split("\n## ");
  const rows = own.split("\n").filter((line) => line.startsWith("| `"));
  return rows.map((row) => {
    const [, first = "", ...rest] = row.split(" | ").flatMap((cell, i) => (i === 0 ? ["", cell] : [cell]));
    const names = [...first.matchAll(/`([^`]+)`/g)].flatMap(([, name = ""]) => expand(name));
    return { names, rest: rest.map((cell) => cell.replace(/\s*\|?\s*$/, "")) };
  });
}

describe("docs/dependencies.md", () => {
  let text: string;
  let manifest: Manifest;

  before(async () => {
    text = await readFile(join(ROOT, "docs/dependencies.md"), "utf8");
    manifest = JSON.parse(await readFile(join(ROOT, "package.json"), "utf8")) as Manifest;
  });

  const named = (section: string): readonly string[] =>
    rowsOf(text, section)
      .flatMap(({ names }) => names)
      .sort();

  it("gives a reason for each dependency, in the section where it belongs, and for nothing else", () => {
    const { dependencies, peerDependencies, devDependencies, optionalDependencies } = manifest;
    const others = Object.keys({ ...devDependencies, ...optionalDependencies });
    expect(named("The library and the plugin")).to.deep.equal(Object.keys(dependencies).sort());
    expect(named("Peers")).to.deep.equal(Object.keys(peerDependencies).sort());
    expect(named("Development")).to.deep.equal(others.filter((name) => !(name in peerDependencies)).sort());
    for (const section of ["The library and the plugin", "Peers", "Development"]) {
      for (const { names, rest } of rowsOf(text, section)) expect(rest[0], names.join()).to.match(/\w{3}.*\.$/);
    }
  });

  it("names versions exactly, except of peers, which fit the ones used here", () => {
    const { dependencies, peerDependencies, devDependencies, optionalDependencies } = manifest;
    for (const [name, version] of Object.entries({ ...dependencies, ...devDependencies, ...optionalDependencies })) {
      expect(version, name).to.match(/^\d+\.\d+\.\d+$/);
    }
    for (const [name, range] of Object.entries(peerDependencies)) {
      expect(range, name).to.equal(`^${devDependencies[name] ?? "nothing"}`);
    }
  });

  it("says of each known weakness which advisory it is, whether it is reached, and what was done", () => {
    const rows = rowsOf(text, "Known weaknesses");
    expect(rows.length).to.be.greaterThan(0);
    for (const { names, rest } of rows) {
      const [advisory, reached, done] = rest;
      expect(advisory, names.join()).to.match(/GHSA-\w{4}-\w{4}-\w{4}/);
      expect(reached, names.join()).to.match(/^(Yes|No): /);
      expect(done, names.join()).to.not.equal("");
    }
    const overridden = rows.filter(({ rest }) => rest[2]?.startsWith("`overrides` to ")).map(({ names }) => names[0]);
    expect(overridden.sort()).to.deep.equal(Object.keys(manifest.overrides).sort());
    for (const { names, rest } of rows) {
      const [name = ""] = names;
      if (name in manifest.overrides) expect(rest[2]).to.equal(`\`overrides\` to ${manifest.overrides[name] ?? ""}`);
    }
  });
});
