import { randomBytes } from "node:crypto";
import { mkdir, open, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { type BlobId, blobIdFromHex, blobIdToHex } from "../blob-id.ts";
import { syncDirectory } from "../atomic-file.ts";

/** `metadata`, or `<pair>.<axis>`. */
export type Part = "metadata" | `${number}.${"primary" | "secondary"}`;

/**
 * What storage nodes were sent, each in its own folder: `nodes/<node>/<blob>/<part>`. A part is whole or absent; it is durable once it
 * was synced.
 */
export class NodeSlivers {
  readonly #root: string;
  /** Parts by node and blob. */
  readonly #parts = new Map<string, Map<BlobId, Set<string>>>();
  /** Folders of which all parts are durable. */
  readonly #synced = new Set<string>();

  private constructor(root: string) {
    this.#root = root;
  }

  static async open(directory: string): Promise<NodeSlivers> {
    const slivers = new NodeSlivers(join(directory, "nodes"));
    await mkdir(slivers.#root, { recursive: true });
    for (const node of await readdir(slivers.#root)) {
      for (const hex of await readdir(join(slivers.#root, node))) {
        if (!/^[0-9a-f]{64}$/.test(hex)) continue;
        const folder = join(slivers.#root, node, hex);
        for (const name of await readdir(folder)) {
          if (name.endsWith(".incomplete")) await rm(join(folder, name), { force: true });
          else slivers.#of(`0x${node}`, blobIdFromHex(`0x${hex}`)).add(name);
        }
      }
    }
    return slivers;
  }

  /** All blobs of which any node has parts. */
  blobs(): BlobId[] {
    return [...new Set([...this.#parts.values()].flatMap((blobs) => [...blobs.keys()]))];
  }

  parts(nodeId: string, blobId: BlobId): ReadonlySet<string> {
    return this.#parts.get(nodeId)?.get(blobId) ?? new Set();
  }

  /** The nodes that have any part of a blob. */
  holders(blobId: BlobId): string[] {
    return [...this.#parts].flatMap(([nodeId, blobs]) => ((blobs.get(blobId)?.size ?? 0) > 0 ? [nodeId] : []));
  }

  async read(nodeId: string, blobId: BlobId, part: Part): Promise<Uint8Array | undefined> {
    if (!this.parts(nodeId, blobId).has(part)) return undefined;
    return readFile(join(this.#folder(nodeId, blobId), part)).catch(() => undefined);
  }

  async write(options: {
    readonly nodeId: string;
    readonly blobId: BlobId;
    readonly part: Part;
    readonly data: Uint8Array;
  }): Promise<void> {
    const { nodeId, blobId, part, data } = options;
    const folder = this.#folder(nodeId, blobId);
    await mkdir(folder, { recursive: true });
    const temporary = join(folder, `${randomBytes(6).toString("hex")}.incomplete`);
    await writeFile(temporary, data);
    await rename(temporary, join(folder, part));
    this.#of(nodeId, blobId).add(part);
    this.#synced.delete(folder);
  }

  /** Makes all that a node has of a blob durable: what it signs must outlive a crash. */
  async sync(nodeId: string, blobId: BlobId): Promise<void> {
    const folder = this.#folder(nodeId, blobId);
    if (this.#synced.has(folder)) return;
    const parts = this.parts(nodeId, blobId);
    const before = parts.size;
    for (const part of parts) {
      const handle = await open(join(folder, part), "r");
      await handle.sync().finally(() => handle.close());
    }
    await syncDirectory(folder);
    await syncDirectory(join(this.#root, nodeId.slice(2)));
    await syncDirectory(this.#root);
    if (parts.size === before) this.#synced.add(folder);
  }

  /** Hands a part to another node's folder; metadata stays with the giver too. */
  async move(options: {
    readonly from: string;
    readonly to: string;
    readonly blobId: BlobId;
    readonly part: Part;
  }): Promise<void> {
    const { from, to, blobId, part } = options;
    const data = await this.read(from, blobId, part);
    if (data === undefined) return;
    if (!this.parts(to, blobId).has(part)) await this.write({ nodeId: to, blobId, part, data });
    if (part === "metadata") return;
    await rm(join(this.#folder(from, blobId), part), { force: true });
    this.#of(from, blobId).delete(part);
  }

  async remove(blobId: BlobId): Promise<void> {
    for (const nodeId of this.holders(blobId)) {
      this.#parts.get(nodeId)?.delete(blobId);
      this.#synced.delete(this.#folder(nodeId, blobId));
      await rm(this.#folder(nodeId, blobId), { recursive: true, force: true });
    }
  }

  #folder(nodeId: string, blobId: BlobId): string {
    return join(this.#root, nodeId.slice(2), blobIdToHex(blobId).slice(2));
  }

  #of(nodeId: string, blobId: BlobId): Set<string> {
    const blobs = this.#parts.get(nodeId) ?? new Map<BlobId, Set<string>>();
    this.#parts.set(nodeId, blobs);
    const parts = blobs.get(blobId) ?? new Set();
    blobs.set(blobId, parts);
    return parts;
  }
}
