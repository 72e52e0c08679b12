import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import { ROOT } from "../../support/dev-process.ts";

/** A fenced block: what stands after its opening backticks, and its text. */
export interface Block {
  readonly language: string;
  readonly info: string;
  readonly code: string;
}

/** The text of a page, by its path from the project's folder. */
export function readPage(path: string): Promise<string> {
  return readFile(join(ROOT, path), "utf8");
}

/** The pages of a folder, in the order of their names; with those of folders in it if told so. */
export async function pagesIn(folder: string, { recursive = false } = {}): Promise<readonly string[]> {
  const names = await readdir(join(ROOT, folder), { recursive });
  return names
    .filter((name) => name.endsWith(".md"))
    .sort()
    .map((name) => `${folder}/${name}`);
}

/** The guides, in the order in which their list names them. */
export async function guides(): Promise<readonly string[]> {
  const list = await readPage("docs/guides/README.md");
  return [...list.matchAll(/\]\(([a-z-]+\.md)\)/g)].map(([, name = ""]) => `docs/guides/${name}`);
}

export function blocksOf(page: string): readonly Block[] {
  return [...page.matchAll(/^```(\w+) ?(.*)\n([\s\S]*?)^```$/gm)].map(([, language = "", info = "", code = ""]) => ({
    language,
    info,
    code,
  }));
}
