import fc from "fast-check";
import { posix, win32 } from "node:path";
import { expect } from "chai";
import { faultOfPath, requireSafePaths } from "../../src/models/paths.ts";
import { refusal } from "../support/rejection.ts";

describe("faultOfPath", () => {
  for (const path of [
    "a",
    "model.onnx",
    "a/b/c.txt",
    ".hidden",
    ".gitattributes",
    ".gitignore",
    ".gitkeep",
    "git/config",
    "my.git/x",
    ".env",
    ".cache/huggingface/x",
    "weights~1",
    "ünïcödé/日本.bin",
    "a..b/c...d",
    "con-text/nul1",
    "x y/z",
  ]) {
    it(`accepts ${path}`, () => {
      expect(faultOfPath(path)).to.equal(undefined);
    });
  }

  const tricks: readonly [string, string][] = [
    ["", "empty"],
    ["/etc/passwd", "absolute"],
    ["../up", "'..'"],
    ["a/../b", "'..'"],
    ["a/..", "'..'"],
    ["./a", "'.'"],
    ["a//b", "empty segment"],
    ["a/", "empty segment"],
    ["a\\b", "backslash"],
    ["..\\up", "backslash"],
    ["C:/windows", "drive"],
    ["c:evil", "drive"],
    ["file.txt:stream", "characters"],
    ["what?", "characters"],
    ["a\0b", "control"],
    ["a\nb", "control"],
    ["a\u202eb", "invisible"],
    ["zero\u200bwidth", "invisible"],
    ["lone\ud800", "Unicode"],
    ["cafe\u0301", "NFC"],
    ["dot.", "ends in a dot"],
    ["a /b", "ends in a dot or a space"],
    ["CON", "Windows"],
    ["dir/nul.txt", "Windows"],
    ["Com1.log", "Windows"],
    ["lpt² .x", "Windows"],
    ["a".repeat(256), "segment of more than"],
    ["é".repeat(128), "segment of more than"],
    [".git/config", "obey"],
    [".GIT/HEAD", "obey"],
    ["sub/.Git/hooks/post-checkout", "obey"],
    [".git", "obey"],
    ["git~1/config", "obey"],
    ["GIT~12", "obey"],
    ["．ｇｉｔ/config", "obey"],
    [".hg/hgrc", "obey"],
    [".svn/wc.db", "obey"],
    ["a/.envrc", "obey"],
    [".vscode/tasks.json", "obey"],
    ["vscode~1/tasks.json", "obey"],
    [".idea/workspace.xml", "obey"],
    ["Desktop.ini", "obey"],
    [".g\u200cit/config", "invisible"],
    [".git\ufeff/config", "invisible"],
    [".git /config", "ends in a dot or a space"],
    [".git::$INDEX_ALLOCATION/config", "characters"],
    ["a/".repeat(512) + "a", "more than 1024 bytes"],
    ["a/".repeat(64) + "a", "segments"],
  ];
  for (const [path, fault] of tricks) {
    it(`refuses ${JSON.stringify(path.slice(0, 20))} and says "${fault}"`, () => {
      expect(faultOfPath(path)).to.include(fault);
    });
  }

  it("accepts only paths that stay inside their folder, on POSIX and on Windows", () => {
    const alphabet = fc.constantFrom("a", ".", "..", "/", "\\", ":", "C", " ", "\0", "~", "nul", "é");
    fc.assert(
      fc.property(fc.array(alphabet, { maxLength: 8 }), (pieces) => {
        const path = pieces.join("");
        if (faultOfPath(path) !== undefined) return;
        expect(posix.isAbsolute(path) || win32.isAbsolute(path)).to.equal(false);
        expect(posix.join("/folder", path).startsWith("/folder/")).to.equal(true);
        expect(win32.join("C:\\root", path).startsWith("C:\\root\\")).to.equal(true);
        expect(posix.normalize(path)).to.equal(path);
      }),
      { numRuns: 2000 },
    );
  });
});

describe("requireSafePaths", () => {
  it("accepts files beside each other and in shared folders", () => {
    requireSafePaths(["a", "b/a", "b/c/a", "b/c/b", "bb"]);
  });

  const collisions: readonly (readonly string[])[] = [
    ["a", "a"],
    ["A", "a"],
    ["dir/x", "DIR/y"],
    ["straße", "STRASSE"],
    ["ﬁle", "file"],
    ["Å", "Å".normalize("NFKC").toLowerCase()],
    ["a", "a/b"],
    ["a/b", "a"],
    ["A", "a/b"],
    ["x/y/z", "X/y/w"],
  ];
  for (const paths of collisions) {
    it(`refuses ${paths.join(" beside ")}`, async () => {
      await refusal("models.path-collision", () => {
        requireSafePaths(paths);
      });
    });
  }

  it("refuses folders that Git takes for repositories of its own", async () => {
    requireSafePaths(["HEAD", "config", "objects/x"]);
    requireSafePaths(["HEAD", "a/objects/x", "b/refs/x"]);
    for (const paths of [
      ["HEAD", "config", "objects/x", "refs/y"],
      ["a/b/head", "a/b/Objects/x", "a/b/refs/y"],
      ["a/HEAD", "a/commondir"],
    ]) {
      await refusal("models.path-invalid", () => {
        requireSafePaths(paths);
      });
    }
  });

  it("refuses a path trick among good paths", async () => {
    await refusal("models.path-invalid", () => {
      requireSafePaths(["a", "../b"]);
    });
  });

  it("refuses more folders than any model has, soon", async () => {
    const names = (first: number): string =>
      Array.from({ length: 60 }, (_, index) => (first + index).toString(36)).join("/");
    const paths = Array.from({ length: 8000 }, (_, index) => names(index * 60 + 100));
    expect((await refusal("models.path-invalid", () => requireSafePaths(paths))).found).to.include("10000 folders");
  });
});
