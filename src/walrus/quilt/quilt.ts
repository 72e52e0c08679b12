import { ScrimshawError } from "../../errors.ts";
import type { BlobId } from "../blob-id.ts";
import type { Tags } from "./bcs.ts";
import { type ColumnSource, columnsInMemory } from "./column-source.ts";
import { encodePatchId, type PatchColumns, type PatchId, parsePatchId } from "./patch-id.ts";
import type { PatchEntry } from "./quilt-index.ts";
import { quiltInvalid } from "./quilt-invalid.ts";
import { readIndex, type ReadPatch, readPatch } from "./read-patch.ts";

/** A patch in a list. */
export interface ListedPatch {
  readonly identifier: string;
  readonly patchId: PatchId;
  readonly tags: Tags;
}

/** A patch with its bytes. */
export type QuiltPatch = ListedPatch & ReadPatch;

/** How a patch is asked for. Only an identifier leaves open in which quilt. */
export type PatchName = { readonly identifier: string } | { readonly patchId: PatchId };

function sameTags(a: Tags, b: Tags): boolean {
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length && keys.every((key) => Object.hasOwn(b, key) && a[key] === b[key]);
}

function notFound({ name, quiltId }: { readonly name: PatchName; readonly quiltId: BlobId }): ScrimshawError {
  const asked = "patchId" in name ? name.patchId : JSON.stringify(name.identifier.slice(0, 80));
  return new ScrimshawError({
    code: "walrus.patch-not-found",
    expected: `a patch ${asked} in quilt ${quiltId}`,
    found: "none",
    next: `List them with \`npx hardhat walrus quilt list ${quiltId}\`.`,
  });
}

/** A quilt whose index was read. Its bytes are as true as where they came from: `readQuilt` checks them. */
export class Quilt {
  readonly quiltId: BlobId;
  readonly #source: ColumnSource;
  readonly #entries: readonly PatchEntry[];

  private constructor({
    quiltId,
    source,
    entries,
  }: {
    readonly quiltId: BlobId;
    readonly source: ColumnSource;
    readonly entries: readonly PatchEntry[];
  }) {
    this.quiltId = quiltId;
    this.#source = source;
    this.#entries = entries;
  }

  /** @throws ScrimshawError `walrus.quilt-invalid` */
  static async open({ quiltId, source }: { readonly quiltId: BlobId; readonly source: ColumnSource }): Promise<Quilt> {
    return new Quilt({ quiltId, source, entries: await readIndex(source) });
  }

  /**
   * A quilt from the whole bytes of its blob, which the caller has checked.
   * @throws ScrimshawError `walrus.quilt-invalid`, `walrus.shard-count-invalid`
   */
  static async fromBytes({
    quiltId,
    bytes,
    nShards,
  }: {
    readonly quiltId: BlobId;
    readonly bytes: Uint8Array;
    readonly nShards: number;
  }): Promise<Quilt> {
    return Quilt.open({ quiltId, source: columnsInMemory({ bytes, nShards }) });
  }

  /** All patches, or those that bear a tag with that value, in the order of their columns. */
  list(tag?: { readonly key: string; readonly value: string }): ListedPatch[] {
    const wanted = this.#entries.filter(
      ({ tags }) => tag === undefined || (Object.hasOwn(tags, tag.key) && tags[tag.key] === tag.value),
    );
    return wanted.map((entry) => ({ identifier: entry.identifier, patchId: this.#patchId(entry), tags: entry.tags }));
  }

  /**
   * One patch. Index and patch must agree on its name and tags.
   * @throws ScrimshawError `walrus.patch-not-found`, `walrus.patch-id-invalid`, `walrus.quilt-invalid`
   */
  async patch(name: PatchName): Promise<QuiltPatch> {
    const entry = this.#find(name);
    if (entry === undefined) throw notFound({ name, quiltId: this.quiltId });
    const found = await readPatch({ source: this.#source, columns: entry });
    if (found.identifier !== entry.identifier || !sameTags(found.tags, entry.tags)) {
      const [listed, written] = [entry, found].map(({ identifier }) => JSON.stringify(identifier.slice(0, 80)));
      throw quiltInvalid(
        `patch ${listed}, with the tags of the index, in columns ${entry.start} to ${entry.end}`,
        `${written} there, or other tags`,
      );
    }
    return { ...found, patchId: this.#patchId(entry) };
  }

  #find(name: PatchName): PatchEntry | undefined {
    if ("identifier" in name) return this.#entries.find(({ identifier }) => identifier === name.identifier);
    const { quiltId, start, end } = parsePatchId(name.patchId);
    if (quiltId !== this.quiltId) return undefined;
    return this.#entries.find((entry) => entry.start === start && entry.end === end);
  }

  #patchId({ start, end }: PatchColumns): PatchId {
    return encodePatchId({ quiltId: this.quiltId, start, end });
  }
}
