import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { missingPackages, readJson, sameStamp, stampOf, thisPlatform } from "../../../scripts/setup/installed.mjs";

const LINUX = { os: "linux", cpu: "x64", libc: "glibc" };

describe("what is installed", () => {
  const stamp = stampOf({ lockText: "{}", nodeVersion: "24.0.0", platform: LINUX });

  it("is known by the lock file, the Node and the platform", () => {
    expect(sameStamp(JSON.parse(JSON.stringify(stamp)), stamp)).to.equal(true);
    for (const other of [
      stampOf({ lockText: "{ }", nodeVersion: "24.0.0", platform: LINUX }),
      stampOf({ lockText: "{}", nodeVersion: "24.0.1", platform: LINUX }),
      stampOf({ lockText: "{}", nodeVersion: "24.0.0", platform: { ...LINUX, libc: "musl" } }),
      undefined,
      null,
      "stamp",
      {},
    ]) {
      expect(sameStamp(other, stamp)).to.equal(false);
    }
  });

  it("is complete if every package for this platform is there in its version", () => {
    const lock = {
      packages: {
        "": { version: "0.1.0" },
        "node_modules/a": { version: "1.0.0" },
        "node_modules/a-linux": { version: "1.0.0", optional: true, os: ["linux"], cpu: ["x64"] },
        "node_modules/a-musl": { version: "1.0.0", optional: true, os: ["linux"], libc: ["musl"] },
        "node_modules/a-windows": { version: "1.0.0", optional: true, os: ["win32"] },
        "node_modules/not-here": { version: "1.0.0", optional: true, os: ["!linux"] },
        "node_modules/linked": { link: true },
      },
    };
    const all = (): string => "1.0.0";
    expect(missingPackages({ lock, platform: LINUX, installedVersion: all })).to.deep.equal([]);
    expect(missingPackages({ lock, platform: LINUX, installedVersion: () => "0.9.0" })).to.deep.equal([
      "node_modules/a",
      "node_modules/a-linux",
    ]);
  });

  it("lacks an optional native package that an old Node left out", () => {
    const lock = { packages: { "node_modules/native": { version: "1.0.0", optional: true, os: ["linux"] } } };
    const none = (): undefined => undefined;
    expect(missingPackages({ lock, platform: LINUX, installedVersion: none })).to.deep.equal(["node_modules/native"]);
    expect(missingPackages({ lock, platform: { ...LINUX, os: "darwin" }, installedVersion: none })).to.deep.equal([]);
  });

  it("reads a file that was cut short as none", () => {
    const folder = mkdtempSync(join(tmpdir(), "scrimshaw-setup-"));
    try {
      const file = join(folder, "stamp.json");
      expect(readJson(file)).to.equal(undefined);
      writeFileSync(file, '{"lock": "ab');
      expect(readJson(file)).to.equal(undefined);
      writeFileSync(file, "{}");
      expect(readJson(file)).to.deep.equal({});
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it("knows this platform by npm's names", () => {
    expect(thisPlatform()).to.include({ os: process.platform, cpu: process.arch });
    expect(thisPlatform().libc).to.be.oneOf(["glibc", "musl", "none"]);
  });
});
