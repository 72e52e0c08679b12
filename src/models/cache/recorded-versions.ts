import { createHash } from "node:crypto";
import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { formatReference } from "../reference.ts";
import type { ModelReference } from "../reference.ts";
import type { ResolvedVersion } from "../resolve.ts";
import { writeWhole } from "./model-cache.ts";

const hex = z.templateLiteral(["0x", z.string().regex(/^[0-9a-f]{64}$/)]);

const recordSchema = z.object({
  model: z.object({
    modelId: hex,
    owner: z.string(),
    creator: z.string(),
    name: z.string(),
    versionCount: z.int(),
    registeredAt: z.int(),
  }),
  version: z.object({
    version: z.int(),
    status: z.enum(["active", "deprecated", "revoked"]),
    manifest: z.object({ blobId: z.string(), contentHash: hex, size: z.int() }),
    blobsHash: hex,
    endEpoch: z.int(),
    publishedAt: z.int(),
  }),
});

/** Undefined for text that is no record. */
function parseRecord(text: string): z.infer<typeof recordSchema> | undefined {
  try {
    return recordSchema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

export interface RecordedVersionsOptions {
  /** The cache's folder. */
  readonly root: string;
  /** Names the chain and the registry on it, for good: two that share it are taken for one. */
  readonly chain: string;
}

/** What the chain said of references when it was asked last, for when it cannot be asked, or need not. */
export class RecordedVersions {
  readonly #root: string;
  readonly #chain: string;

  constructor({ root, chain }: RecordedVersionsOptions) {
    this.#root = root;
    this.#chain = chain;
  }

  async find(reference: ModelReference): Promise<ResolvedVersion | undefined> {
    return parseRecord(await readFile(this.#pathOf(reference), "utf8").catch(() => ""));
  }

  /** Notes what a reference meant, and what the version's number means, which is for good. */
  async record(reference: ModelReference, resolved: ResolvedVersion): Promise<void> {
    const { version } = resolved.version;
    const text = JSON.stringify(resolved);
    await writeWhole(this.#pathOf(reference), text);
    await writeWhole(this.#pathOf({ ...reference, selector: { kind: "number", version } }), text);
  }

  /** What each manifest is called, by its hash in hex, as far as it was pulled by name: `<creator>/<name>@<version>`, of any chain. */
  static async names({ root }: Pick<RecordedVersionsOptions, "root">): Promise<ReadonlyMap<string, readonly string[]>> {
    const folder = join(root, "records");
    const found = new Map<string, Set<string>>();
    for (const file of await readdir(folder).catch(() => [])) {
      const record = parseRecord(await readFile(join(folder, file), "utf8").catch(() => ""));
      if (record === undefined) continue;
      const { model, version } = record;
      const hash = version.manifest.contentHash.slice(2);
      const names = found.get(hash) ?? new Set();
      found.set(hash, names.add(`${model.creator}/${model.name}@${version.version}`));
    }
    return new Map([...found].map(([hash, names]) => [hash, [...names].sort()]));
  }

  #pathOf(reference: ModelReference): string {
    const name = createHash("sha256")
      .update(JSON.stringify([this.#chain, formatReference(reference)]))
      .digest("hex");
    return join(this.#root, "records", `${name}.json`);
  }
}
