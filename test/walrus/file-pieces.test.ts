import { mkdir, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { expect } from "chai";

import type { FilePiece } from "../../src/walrus/blob-store.ts";
import { computeBlobId } from "../../src/walrus/compute-blob-id.ts";
import { EncoderPool } from "../../src/walrus/encoder-pool.ts";
import { readPieces } from "../../src/walrus/read-pieces.ts";
import { failure } from "./failure.ts";
import { temporaryDirectory } from "./temporary-directory.ts";
import { useStore } from "./use-store.ts";

describe("a blob out of pieces of files", () => {
  const { open } = useStore();

  /** Two files, and pieces of them that together are `whole`. */
  async function makePieces(directory: string): Promise<{ readonly pieces: FilePiece[]; readonly whole: Buffer }> {
    const a = Buffer.from(Uint8Array.from({ length: 900_000 }, (_, i) => (i * 31) % 253));
    const b = Buffer.from(Uint8Array.from({ length: 800_000 }, (_, i) => (i * 17) % 251));
    const paths = [join(directory, "a"), join(directory, "b")] as const;
    await writeFile(paths[0], a);
    await writeFile(paths[1], b);
    const pieces = [
      { path: paths[1], offset: 7, length: 700_000 },
      { path: paths[0], offset: 0, length: 900_000 },
      { path: paths[1], offset: 0, length: 1 },
      { path: paths[1], offset: 9, length: 0 },
      { path: paths[0], offset: 899_999, length: 1 },
    ];
    const bytesOf = ({ path, offset, length }: FilePiece): Buffer =>
      (path === paths[0] ? a : b).subarray(offset, offset + length);
    return { pieces, whole: Buffer.concat(pieces.map(bytesOf)) };
  }

  it("is the same as out of memory, stored and computed", async () => {
    await using directory = await temporaryDirectory();
    await using pool = new EncoderPool({ size: 1 });
    const { pieces, whole } = await makePieces(directory.path);
    const computed = await computeBlobId({ pieces, nShards: 10, pool });
    expect(computed).to.deep.equal(await computeBlobId({ bytes: whole, nShards: 10, pool }));
    const store = open();
    const sent: number[] = [];
    const { blobId, contentHash, size } = await store.put({
      pieces,
      onProgress: (event) => event.kind === "upload" && sent.push(event.sent),
    });
    expect({ blobId, size }).to.deep.equal({ blobId: computed.blobId, size: whole.length });
    expect(sent.at(-1)).to.equal(whole.length);
    expect(whole.equals(await store.get({ blobId, contentHash, size }))).to.equal(true);
  });

  it("is read in buffers of one size, whatever the pieces are", async () => {
    await using directory = await temporaryDirectory();
    const { pieces, whole } = await makePieces(directory.path);
    const buffers: Uint8Array[] = [];
    for await (const buffer of readPieces({ pieces, size: 500_000 })) buffers.push(buffer);
    expect(buffers.map(({ length }) => length)).to.deep.equal([5e5, 5e5, 5e5, 100_002]);
    expect(Buffer.concat(buffers).equals(whole)).to.equal(true);
    expect(await readPieces({ pieces: [], size: 10 }).next()).to.include({ done: true });
  });

  it("is refused where a piece is behind a link, beyond its file's end, in no file or in a folder", async () => {
    await using directory = await temporaryDirectory();
    await using pool = new EncoderPool({ size: 1 });
    const path = join(directory.path, "file");
    await writeFile(path, "0123456789");
    await symlink(path, join(directory.path, "link"));
    await mkdir(join(directory.path, "folder"));
    const store = open();
    for (const piece of [
      { path: join(directory.path, "link"), offset: 0, length: 4 },
      { path, offset: 8, length: 4 },
      { path: join(directory.path, "missing"), offset: 0, length: 4 },
      { path: join(directory.path, "folder"), offset: 0, length: 4 },
    ]) {
      const pieces = [{ path, offset: 0, length: 5 }, piece];
      expect((await failure(store.put({ pieces }))).code).to.match(/^walrus\.(encoder-failed|file-unreadable)$/);
      expect((await failure(computeBlobId({ pieces, nShards: 10, pool }))).code).to.match(
        /^walrus\.(encoder-failed|file-unreadable)$/,
      );
    }
  });
});
