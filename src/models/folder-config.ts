import { join } from "node:path";
import { z } from "zod";
import { ScrimshawError } from "../errors.ts";
import { metadataSchema } from "./manifest.ts";
import type { ModelMetadata } from "./manifest.ts";
import { readSmallFile } from "./regular-file.ts";
import { quoted } from "./text.ts";

/** The file of a model's folder that says what the model is. It is published like any other file. */
export const CONFIG_FILE = "scrimshaw.json";

const MAX_CONFIG = 64 * 1024;

const configSchema = z.strictObject({
  ...metadataSchema.shape,
  name: z.string().exactOptional(),
  label: z.string().exactOptional(),
});

/** What `scrimshaw.json` says. */
export interface FolderConfig {
  readonly name: string | undefined;
  readonly label: string | undefined;
  readonly metadata: ModelMetadata;
}

function invalid(found: string, cause?: unknown): ScrimshawError {
  return new ScrimshawError({
    code: "models.config-invalid",
    expected: `a JSON object in ${CONFIG_FILE} with any of name, label, task, license, tags and notes`,
    found,
    next: `Correct ${CONFIG_FILE}, or remove it and name the model in the command.`,
    cause,
  });
}

/**
 * Reads name, label and metadata from `scrimshaw.json`, when the folder has one.
 * @throws ScrimshawError `models.config-invalid`, `models.folder-unreadable`, `models.symlink`
 */
export async function readFolderConfig(folder: string): Promise<FolderConfig> {
  const tooLarge = (size: number): ScrimshawError => invalid(`${String(size)} bytes`);
  const text = await readSmallFile({
    source: join(folder, CONFIG_FILE),
    path: CONFIG_FILE,
    limit: MAX_CONFIG,
    tooLarge,
  });
  if (text === undefined) return { name: undefined, label: undefined, metadata: {} };
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw invalid("no JSON", cause);
  }
  const result = configSchema.safeParse(value);
  if (!result.success) {
    const issue = result.error.issues[0];
    throw invalid(`${quoted(issue?.path.map(String).join(".") ?? "")}: ${quoted(issue?.message ?? "no match")}`);
  }
  const { name, label, ...metadata } = result.data;
  return { name, label, metadata };
}
