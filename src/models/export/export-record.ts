import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { z } from "zod";
import { writeWhole } from "../cache/model-cache.ts";
import type { ModelCache } from "../cache/model-cache.ts";

const recordSchema = z.strictObject({
  model: z.string(),
  files: z.array(z.tuple([z.string(), z.array(z.string())])),
});

/** What pulls have put into a folder. */
export interface ExportRecord {
  /** `<creator>/<name>`, or the name alone where only the manifest was known. */
  readonly model: string;
  /** SHA-256 of files by their paths: while a folder is updated, of both versions. */
  readonly files: ReadonlyMap<string, readonly string[]>;
}

/** Names the folder in the cache, which keeps the record: the folder itself holds the model's files and nothing else. */
export function exportKey(to: string): string {
  return createHash("sha256").update(resolve(to)).digest("hex");
}

function pathOf(cache: ModelCache, to: string): string {
  return join(cache.root, "exports", `${exportKey(to)}.json`);
}

export async function readExportRecord(cache: ModelCache, to: string): Promise<ExportRecord | undefined> {
  try {
    const { model, files } = recordSchema.parse(JSON.parse(await readFile(pathOf(cache, to), "utf8")));
    return { model, files: new Map(files) };
  } catch {
    return undefined;
  }
}

export async function writeExportRecord(cache: ModelCache, to: string, { model, files }: ExportRecord): Promise<void> {
  await writeWhole(pathOf(cache, to), JSON.stringify({ model, files: [...files] }));
}

/** Whether two names are of one model, as far as both say. */
export function isSameModel(one: string, other: string): boolean {
  const bare = (name: string): string => name.slice(name.indexOf("/") + 1);
  return one === other || (bare(one) === bare(other) && !(one.includes("/") && other.includes("/")));
}
