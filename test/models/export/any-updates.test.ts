import { expect } from "chai";
import fc from "fast-check";
import { lstat, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { isScrimshawError } from "../../../src/errors.ts";
import { parseReference } from "../../../src/models/reference.ts";
import { Folders } from "../support/folders.ts";
import { filesIn, setUpPull } from "../support/pull-world.ts";

const CAMPAIGN = process.env.SCRIMSHAW_CAMPAIGN === "1";
const RUNS = CAMPAIGN ? 500 : 15;
/** The slice of every day is the same each time. */
const SEED = CAMPAIGN ? Date.now() % 2 ** 31 : 20_260_104;

/** Files become folders and the other way round, come, go and change. */
const VERSIONS = [
  { a: "1", "b/c": "1", "b/d": "same", e: "1" },
  { a: "2", "b/d": "same", "e/f": "2" },
  { "a/g": "3", b: "3", e: "1" },
] as const;
const path = fc.constantFrom("a", "a/g", "b", "b/c", "b/d", "e", "e/f", "mine", "b/mine");

const step = fc.oneof(
  fc.record({ kind: fc.constant("pull" as const), version: fc.nat(2) }),
  fc.record({ kind: fc.constant("write" as const), path }),
  fc.record({ kind: fc.constant("remove" as const), path }),
);

describe("Any order of pulls into one folder, and of changes by its user,", function () {
  this.timeout(900_000);
  const folders = new Folders();
  after(() => folders.remove());

  it("leaves a whole version, or everything as it was, and never touches what the user wrote", async () => {
    const { pull, publish, publisher } = await setUpPull(folders);
    for (const contents of VERSIONS) await publish(contents);
    const property = fc.asyncProperty(fc.array(step, { minLength: 2, maxLength: 8 }), async (steps) => {
      const to = join(await folders.empty(), "mine");
      const mine = new Map<string, string>();
      const read = async (): Promise<Record<string, string>> => {
        const found: Record<string, string> = {};
        for (const one of await filesIn(to)) found[one] = await readFile(join(to, one), "utf8");
        return found;
      };
      for (const [index, one] of steps.entries()) {
        if (one.kind === "pull") {
          const before = await read();
          const expected: Record<string, string> = { ...VERSIONS[one.version] };
          try {
            await pull({
              to,
              reference: parseReference({ text: `${publisher.address}/m@${String(one.version + 1)}` }),
            });
            for (const [theirs, text] of mine) expected[theirs] = text;
            expect(await read()).to.deep.equal(expected);
          } catch (error) {
            if (!isScrimshawError(error)) throw error;
            expect(error.code).to.equal("models.destination-taken");
            expect(await read()).to.deep.equal(before);
          }
        } else if (one.kind === "write") {
          const target = join(to, one.path);
          const text = `by the user ${String(index)}`;
          const written = await mkdir(dirname(target), { recursive: true })
            .then(() => writeFile(target, text))
            .then(
              () => true,
              () => false,
            );
          if (written) mine.set(one.path, text);
        } else if ((await lstat(join(to, one.path)).catch(() => undefined))?.isFile() === true) {
          await rm(join(to, one.path));
          mine.delete(one.path);
        }
      }
    });
    await fc.assert(property, { numRuns: RUNS, seed: SEED });
  });
});
