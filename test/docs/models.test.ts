import { expect } from "chai";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import scrimshaw from "../../src/hardhat/index.ts";
import { ROOT } from "../support/dev-process.ts";

/** Options of every command. */
const COMMON = new Set(["json", "help", "yes", "registry", "from"]);

const dashed = (name: string): string => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

interface Command {
  readonly words: string;
  readonly options: readonly string[];
}

function commands(): readonly Command[] {
  return (scrimshaw.tasks ?? []).flatMap((task) => {
    if (!("options" in task) || !("description" in task)) return [];
    if (task.id[0] !== "model" && task.id[0] !== "cache") return [];
    return [{ words: task.id.join(" "), options: Object.keys(task.options).map(dashed) }];
  });
}

describe("docs/models.md", () => {
  let text: string;
  before(async () => {
    text = await readFile(join(ROOT, "docs/models.md"), "utf8");
  });

  it("shows every command of the groups model and cache, and names every option of theirs", () => {
    expect(commands().length).to.be.greaterThan(20);
    const missing = commands().flatMap(({ words, options }) => [
      ...(text.includes(`npx hardhat ${words}`) ? [] : [words]),
      ...options.filter((option) => !COMMON.has(option) && !text.includes(`--${option}`)).map((o) => `${words} --${o}`),
    ]);
    expect(missing).to.be.empty;
  });

  it("shows no command, and no option of one, that does not exist", () => {
    const byLength = [...commands()].sort((a, b) => b.words.length - a.words.length);
    const lines = text.match(/npx hardhat (?:model|cache) [^\n`#]*/g) ?? [];
    const wrong = lines.filter((line) => {
      const command = byLength.find(({ words }) => `${line} `.startsWith(`npx hardhat ${words} `));
      const known = new Set([...(command?.options ?? []), "json", "help"]);
      return command === undefined || [...line.matchAll(/--([a-z-]+)/g)].some(([, option = ""]) => !known.has(option));
    });
    expect(wrong).to.be.empty;
  });
});
