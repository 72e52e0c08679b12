import { ScrimshawError } from "../errors.ts";
import { readFileFacts } from "./file-facts.ts";
import type { FileFacts } from "./file-facts.ts";
import { readFolderConfig } from "./folder-config.ts";
import type { FolderRulesOptions } from "./folder-rules.ts";
import { scanFolder } from "./folder.ts";
import { MAX_BLOBS, MAX_PART } from "./limits.ts";
import { requireNeeds } from "./file-needs.ts";
import { metadataSchema } from "./manifest.ts";
import type { ModelMetadata } from "./manifest.ts";
import { requireLabel, requireModelName } from "./names.ts";
import { planBlobs } from "./plan.ts";
import type { PublishPlan } from "./plan.ts";
import { quoted } from "./text.ts";

/** How far reading a folder has come, in bytes. */
export interface HashProgress {
  readonly path: string;
  readonly done: number;
  /** Of all files, as they were when reading began. */
  readonly total: number;
}

export interface PrepareOptions extends FolderRulesOptions {
  readonly folder: string;
  /** Default: as in the folder's `scrimshaw.json`. */
  readonly name?: string;
  /** Default: as in the folder's `scrimshaw.json`, else none. */
  readonly label?: string;
  /** Each entry given here wins over that of `scrimshaw.json`. */
  readonly metadata?: ModelMetadata;
  /** The most bytes of a blob, for publishers that take no larger ones. Default, and at most, 256 MiB. */
  readonly maxBlobSize?: number;
  readonly signal?: AbortSignal;
  /** Called as the files are hashed. */
  readonly onHashed?: (event: HashProgress) => void;
}

/** A folder that was read and found fit to be published. */
export interface PreparedModel {
  readonly name: string;
  readonly label: string | undefined;
  readonly metadata: ModelMetadata;
  readonly plan: PublishPlan;
  /** Bytes of all files. */
  readonly size: number;
}

function requireName(name: string | undefined): string {
  if (name !== undefined) {
    requireModelName(name);
    return name;
  }
  throw new ScrimshawError({
    code: "models.name-missing",
    expected: "a name for the model",
    found: "none",
    next: 'Name it in the command (`npx hardhat model publish <folder> <name>`), or write {"name": "..."} to scrimshaw.json.',
  });
}

function requireMetadata(metadata: ModelMetadata): ModelMetadata {
  const result = metadataSchema.safeParse(metadata);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  throw new ScrimshawError({
    code: "models.metadata-invalid",
    expected: "metadata within the manifest's schema",
    found: `${quoted(issue?.path.map(String).join(".") ?? "")}: ${quoted(issue?.message ?? "no match")}`,
    next: "Shorten or correct it; docs/schema/model-1.schema.json says what is allowed.",
  });
}

function requireBlobSize(size: number): void {
  if (Number.isInteger(size) && size >= 1 && size <= MAX_PART) return;
  throw new ScrimshawError({
    code: "models.size-invalid",
    expected: `blobs of 1 to ${String(MAX_PART)} bytes`,
    found: String(size),
    next: "Choose a size as 10MB; the largest blobs cost the least.",
  });
}

function requireBlobs(plan: PublishPlan, folder: string): void {
  if (plan.blobs.length === 0) {
    throw new ScrimshawError({
      code: "models.folder-empty",
      expected: `files with bytes in ${quoted(folder)}`,
      found: "only empty files",
      next: "Put the model's files there and run the command again.",
    });
  }
  if (plan.blobs.length > MAX_BLOBS) {
    throw new ScrimshawError({
      code: "models.folder-too-large",
      expected: `a folder that fits into ${String(MAX_BLOBS)} blobs`,
      found: `${String(plan.blobs.length)} blobs`,
      next: "Publish it as several models, or allow larger blobs.",
    });
  }
}

/**
 * Reads and checks everything of a folder that publishing needs, without any network.
 * @throws ScrimshawError `models.name-missing`, `models.name-invalid`, `models.label-invalid`, `models.metadata-invalid`,
 *   `models.size-invalid`, `models.folder-too-large`, `models.needed-file-missing`, errors of `readFolderConfig`, `scanFolder` and
 *   `readFileFacts`
 */
export async function prepareModel(options: PrepareOptions): Promise<PreparedModel> {
  const { folder, maxBlobSize = MAX_PART, signal, onHashed } = options;
  requireBlobSize(maxBlobSize);
  const abort = signal ? { signal } : {};
  const scanned = await scanFolder(options);
  const config = await readFolderConfig(folder);
  const name = requireName(options.name ?? config.name);
  const label = options.label ?? config.label;
  if (label !== undefined) requireLabel(label);
  const metadata = requireMetadata({ ...config.metadata, ...options.metadata });

  const files: FileFacts[] = [];
  const total = scanned.reduce((sum, { size }) => sum + size, 0);
  let done = 0;
  for (const file of scanned) {
    const onRead = (bytes: number): void => onHashed?.({ path: file.path, done: (done += bytes), total });
    files.push(await readFileFacts({ file, chunkSize: maxBlobSize, onRead, ...abort }));
  }
  requireNeeds({ files, needing: files });
  const plan = planBlobs({ files, maxBlobSize });
  requireBlobs(plan, folder);
  return { name, label, metadata, plan, size: files.reduce((sum, { size }) => sum + size, 0) };
}
