import { open } from "node:fs/promises";

import { type BlobId, blobIdToHex } from "../blob-id.ts";
import { blobTooLarge } from "../encoding-parameters.ts";
import type { BlobFiles } from "./blob-files.ts";
import { type BlobMetadata, parseMetadataWithId } from "../slivers/blob-metadata.ts";
import type { DiskCache } from "./disk-cache.ts";
import type { NodeIdentity } from "./node-keys.ts";
import type { NodeSlivers } from "./node-slivers.ts";
import type { SliverCodec } from "../slivers/sliver-codec.ts";
import { type Axis, pairOfShard, shardOfPair, sliverShape } from "../slivers/sliver-layout.ts";

/** A full encoding takes about ten times the blob, and 32-bit memory ends at 4 GiB. */
const MAX_ENCODED_SIZE = 2 ** 28;
/** Parsed metadata takes some hundred bytes for each shard. */
const MAX_PARSED = 64;

export interface HoldingsOptions {
  readonly files: BlobFiles;
  readonly slivers: NodeSlivers;
  /** Slivers derived from the unencoded bytes. */
  readonly derived: DiskCache;
  readonly codec: SliverCodec;
  readonly nShards: number;
}

/**
 * What each storage node holds of each blob: the parts it was sent, or, of a blob whose bytes came through the publisher or the relay,
 * its part of the encoding, which is made when it is first asked for.
 */
export class Holdings {
  readonly #options: HoldingsOptions;
  /** Checked metadata of blobs asked for lately: the check is the same for all nodes, and takes a hash for each shard. */
  readonly #parsed = new Map<BlobId, BlobMetadata>();

  constructor(options: HoldingsOptions) {
    this.#options = options;
  }

  /** BCS of a blob's metadata with its id, as a node has it. */
  async metadata({
    nodeId,
    blobId,
  }: {
    readonly nodeId: string;
    readonly blobId: BlobId;
  }): Promise<Uint8Array | undefined> {
    const { slivers, files, nShards } = this.#options;
    const sent = await slivers.read(nodeId, blobId, "metadata");
    const size = files.size(blobId);
    if (sent !== undefined || size === undefined) return sent;
    const { length } = sliverShape({ size, nShards });
    return readFrom({ path: await this.#encoded(blobId), start: nShards * (length.primary + length.secondary) });
  }

  hasMetadata({ nodeId, blobId }: { readonly nodeId: string; readonly blobId: BlobId }): boolean {
    const { slivers, files } = this.#options;
    return files.size(blobId) !== undefined || slivers.parts(nodeId, blobId).has("metadata");
  }

  async parsedMetadata(options: {
    readonly nodeId: string;
    readonly blobId: BlobId;
  }): Promise<BlobMetadata | undefined> {
    const { blobId } = options;
    if (!this.hasMetadata(options)) return undefined;
    const known = this.#parsed.get(blobId);
    if (known !== undefined) return known;
    const bytes = await this.metadata(options);
    if (bytes === undefined) return undefined;
    const parsed = parseMetadataWithId({ bytes, blobId, nShards: this.#options.nShards });
    if (this.#parsed.size >= MAX_PARSED) this.#parsed.clear();
    if (parsed !== undefined) this.#parsed.set(blobId, parsed);
    return parsed;
  }

  hasSliver(options: {
    readonly identity: NodeIdentity;
    readonly blobId: BlobId;
    readonly pair: number;
    readonly axis: Axis;
  }): boolean {
    const { identity, blobId, pair, axis } = options;
    const { slivers, files, nShards } = this.#options;
    if (!identity.shards.includes(shardOfPair({ pair, blobId, nShards }))) return false;
    return files.size(blobId) !== undefined || slivers.parts(identity.nodeId, blobId).has(`${pair}.${axis}`);
  }

  /** A sliver in BCS; undefined if the node does not hold it. */
  async sliver(options: {
    readonly identity: NodeIdentity;
    readonly blobId: BlobId;
    readonly pair: number;
    readonly axis: Axis;
  }): Promise<Uint8Array | undefined> {
    const { identity, blobId, pair, axis } = options;
    const { slivers, files, nShards } = this.#options;
    if (!this.hasSliver(options)) return undefined;
    const sent = await slivers.read(identity.nodeId, blobId, `${pair}.${axis}`);
    const size = files.size(blobId);
    if (sent !== undefined || size === undefined) return sent;
    const { length } = sliverShape({ size, nShards });
    const before = axis === "primary" ? pair * length.primary : nShards * length.primary + pair * length.secondary;
    return readFrom({ path: await this.#encoded(blobId), start: before, length: length[axis] });
  }

  /** True if a node holds both slivers of each of its shards. */
  holdsAll({ identity, blobId }: { readonly identity: NodeIdentity; readonly blobId: BlobId }): boolean {
    const { nShards } = this.#options;
    return (
      this.hasMetadata({ nodeId: identity.nodeId, blobId }) &&
      identity.shards.every((shard) => {
        const pair = pairOfShard({ shard, blobId, nShards });
        return (["primary", "secondary"] as const).every((axis) => this.hasSliver({ identity, blobId, pair, axis }));
      })
    );
  }

  /** Makes what a node is about to sign for durable. */
  async sync({ nodeId, blobId }: { readonly nodeId: string; readonly blobId: BlobId }): Promise<void> {
    const { slivers, files } = this.#options;
    if (files.size(blobId) === undefined) await slivers.sync(nodeId, blobId);
  }

  /** Hands the parts of shards that changed hands to their new holders. */
  async settle(members: readonly NodeIdentity[]): Promise<void> {
    const { slivers, nShards } = this.#options;
    for (const blobId of slivers.blobs()) {
      for (const from of slivers.holders(blobId)) {
        for (const part of [...slivers.parts(from, blobId)]) {
          if (part === "metadata") continue;
          const pair = Number.parseInt(part, 10);
          const shard = shardOfPair({ pair, blobId, nShards });
          const to = members.find(({ shards }) => shards.includes(shard))?.nodeId;
          if (to === undefined || to === from) continue;
          await slivers.move({ from, to, blobId, part: "metadata" });
          await slivers.move({ from, to, blobId, part: part as `${number}.${Axis}` });
        }
      }
    }
  }

  async remove(blobId: BlobId): Promise<void> {
    const { slivers, files, derived } = this.#options;
    this.#parsed.delete(blobId);
    await slivers.remove(blobId);
    await files.remove(blobId);
    await derived.remove(blobIdToHex(blobId).slice(2));
  }

  /** The file of a blob's derived slivers. */
  async #encoded(blobId: BlobId): Promise<string> {
    const { files, derived, codec, nShards } = this.#options;
    return derived.path(blobIdToHex(blobId).slice(2), async (target) => {
      const size = files.size(blobId);
      if (size === undefined) throw new Error("the blob's bytes are gone");
      if (size > MAX_ENCODED_SIZE) {
        throw blobTooLarge({
          size,
          limit: MAX_ENCODED_SIZE,
          why: "for storage nodes of a local network to derive its slivers",
        });
      }
      const { blobId: found } = await codec.encode({ nShards, path: files.path(blobId), size, target });
      if (found !== blobId) throw new Error("the bytes on disk are not this blob's");
    });
  }
}

/** A stretch of a file, to its end when no length is given. */
async function readFrom({
  path,
  start,
  length,
}: {
  readonly path: string;
  readonly start: number;
  readonly length?: number;
}): Promise<Uint8Array> {
  const handle = await open(path, "r");
  try {
    const wanted = length ?? (await handle.stat()).size - start;
    const bytes = new Uint8Array(wanted);
    const { bytesRead } = await handle.read(bytes, 0, wanted, start);
    if (bytesRead !== wanted) throw new Error(`${path} ends early`);
    return bytes;
  } finally {
    await handle.close();
  }
}
