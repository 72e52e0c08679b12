import { readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import type { IncomingMessage, ServerResponse } from "node:http";
import { join } from "node:path";

import { expect } from "chai";

import type { StreamOptions } from "../../src/walrus/blob-store.ts";
import { HashThread } from "../../src/walrus/hash-thread.ts";
import type { HttpBlobStore, HttpBlobStoreOptions } from "../../src/walrus/http-blob-store.ts";
import { saveBlob } from "../../src/walrus/save-blob.ts";
import { failure } from "./failure.ts";
import { fakeServer } from "./fake-server.ts";
import { temporaryDirectory } from "./temporary-directory.ts";
import { absent, bytes, sha256, useStore } from "./use-store.ts";

/** All that was handed out before the stream ended or failed. */
async function drain(
  store: HttpBlobStore,
  options: StreamOptions,
): Promise<{ readonly given: Uint8Array; readonly code: string | undefined }> {
  const pieces: Uint8Array[] = [];
  const read = async (): Promise<void> => {
    for await (const piece of store.stream(options)) pieces.push(piece);
  };
  let code: string | undefined;
  await read().catch((error: unknown) => {
    code = (error as { readonly code: string }).code;
  });
  return { given: new Uint8Array(Buffer.concat(pieces)), code };
}

/** Answers ranges of `data` as an aggregator does; `bend` changes or cuts what is sent. */
function serving(data: Uint8Array, bend: (part: Uint8Array, request: IncomingMessage) => Uint8Array | undefined) {
  return (request: IncomingMessage, response: ServerResponse): void => {
    const [, first, last] = /bytes=(\d+)-(\d+)/.exec(request.headers.range ?? "") ?? [];
    const part = first === undefined ? data : data.subarray(Number(first), Number(last) + 1);
    const headers = first === undefined ? {} : { "content-range": `bytes ${first}-${last}/${data.length}` };
    response.writeHead(first === undefined ? 200 : 206, { ...headers, "content-length": part.length });
    const sent = bend(part, request);
    if (sent === undefined) response.destroy();
    else if (sent.length < part.length) response.write(sent, () => setTimeout(() => response.destroy(), 20));
    else response.end(sent);
  };
}

function flipped(data: Uint8Array, at: number): Uint8Array {
  return data.map((byte, index) => (index === at ? byte ^ 1 : byte));
}

const ways = {
  "the reader's own thread": new HashThread({ leastSize: Infinity }),
  "a thread beside it": new HashThread({ leastSize: 1, batch: 700, ahead: 1_500 }),
};

for (const [where, hashing] of Object.entries(ways))
  describe(`HttpBlobStore.stream, hashing in ${where}`, () => {
    const { walrus, stored, ...context } = useStore();
    const open = (options: Partial<HttpBlobStoreOptions> = {}): HttpBlobStore => context.open({ hashing, ...options });
    after(async () => {
      // The thread was started, or none where none was asked for.
      expect(hashing.running).to.equal(where === "a thread beside it");
      await hashing.close();
    });
    const parts = [0, 2_000, 4_000].map((start) => {
      const part = bytes.subarray(start, start + 2_000);
      return { length: part.length, contentHash: sha256(part) };
    });

    it("hands out a whole blob, a range, and parts", async () => {
      const { blobId, contentHash } = stored();
      expect(await drain(open(), { blobId, contentHash })).to.deep.equal({ given: bytes, code: undefined });
      const range = { offset: 10, length: 90 };
      const inner = await drain(open(), { blobId, range, contentHash: sha256(bytes.subarray(10, 100)) });
      expect(inner).to.deep.equal({ given: bytes.subarray(10, 100), code: undefined });
      expect(await drain(open(), { blobId, parts })).to.deep.equal({ given: bytes, code: undefined });
      expect((await drain(open(), { blobId, unverified: true })).given).to.deep.equal(bytes);
      const empty = await open().put({ bytes: new Uint8Array() });
      expect(await drain(open(), { ...empty })).to.deep.equal({ given: new Uint8Array(), code: undefined });
    });

    it("asks for something to check against", async () => {
      const { blobId } = stored();
      for (const options of [
        {},
        { contentHash: "0x12" as const },
        { parts: [{ length: 0, contentHash: sha256(bytes) }] },
        { parts, size: 4_999 },
        { unverified: true, range: { offset: 4_999, length: 2 }, size: 5_000 },
      ]) {
        expect((await drain(open(), { blobId, ...options })).code).to.equal("walrus.get-options-invalid");
      }
    });

    it("does not end well on wrong bytes: the last piece is held back", async () => {
      const big = Uint8Array.from({ length: 300_000 }, (_, i) => i % 251);
      await using liar = await fakeServer(serving(big, (part) => flipped(part, 5)));
      const { given, code } = await drain(open({ aggregators: [liar.url] }), {
        blobId: absent,
        contentHash: sha256(big),
        size: big.length,
      });
      expect(code).to.equal("walrus.content-hash-mismatch");
      expect(given.length).to.be.lessThan(big.length);
    });

    it("goes to the next server when the first piece of a small blob is wrong already", async () => {
      await using liar = await fakeServer(serving(bytes, (part) => flipped(part, 5)));
      const { blobId, contentHash } = stored();
      const store = open({ aggregators: [liar.url, walrus().url] });
      expect(await drain(store, { blobId, contentHash })).to.deep.equal({ given: bytes, code: undefined });
    });

    it("hands out no part whose hash is wrong, and reads it again elsewhere", async () => {
      await using liar = await fakeServer(serving(bytes, (part) => flipped(part, 2_500)));
      const { blobId } = stored();
      const alone = await drain(open({ aggregators: [liar.url] }), { blobId, parts });
      expect(alone).to.deep.equal({ given: bytes.slice(0, 2_000), code: "walrus.content-hash-mismatch" });
      const both = await drain(open({ aggregators: [liar.url, walrus().url] }), { blobId, parts });
      expect(both).to.deep.equal({ given: bytes, code: undefined });
    });

    it("goes on where it broke off, at another server or the same one", async () => {
      const ranges: (string | undefined)[] = [];
      await using broken = await fakeServer(
        serving(bytes, (part, { headers }) => {
          ranges.push(headers.range);
          return part.subarray(0, Math.min(1_500, part.length));
        }),
      );
      const { blobId, contentHash, size } = stored();
      const alone = await drain(open({ aggregators: [broken.url] }), { blobId, contentHash, size });
      expect(alone).to.deep.equal({ given: bytes, code: undefined });
      expect(ranges).to.deep.equal([undefined, "bytes=1500-4999", "bytes=3000-4999", "bytes=4500-4999"]);
      const both = await drain(open({ aggregators: [broken.url, walrus().url] }), { blobId, contentHash, size });
      expect(both).to.deep.equal({ given: bytes, code: undefined });
    });

    it("cannot go on when nobody knows the size, and says that the body was cut", async () => {
      await using broken = await fakeServer(serving(bytes, (part) => part.subarray(0, 1_500)));
      const { blobId, contentHash } = stored();
      const { code } = await drain(open({ aggregators: [broken.url] }), { blobId, contentHash });
      expect(code).to.equal("walrus.body-truncated");
    });

    it("refuses more bytes than there should be", async () => {
      await using long = await fakeServer((_, response) => response.end(Buffer.concat([bytes, Buffer.of(1)])));
      const { blobId, contentHash, size } = stored();
      const store = open({ aggregators: [long.url] });
      expect((await drain(store, { blobId, contentHash, size })).code).to.equal("walrus.body-too-long");
      expect((await drain(store, { blobId, contentHash, maxSize: 100 })).code).to.equal("walrus.body-too-long");
    });

    it("lets go of the connection when its reader stops", async () => {
      let closed: (() => void) | undefined;
      const gone = new Promise<void>((resolve) => (closed = resolve));
      await using endless = await fakeServer((_, response) => {
        response.on("close", () => closed?.());
        response.write(Buffer.alloc(1_000));
      });
      for await (const piece of open({ aggregators: [endless.url] }).stream({ blobId: absent, unverified: true })) {
        expect(piece).to.have.length(1_000);
        break;
      }
      await gone;
    });

    it("stops when aborted", async () => {
      await using endless = await fakeServer((_, response) => {
        response.writeHead(200, { "content-length": 3_000 });
        response.write(Buffer.alloc(2_000));
      });
      const stop = new AbortController();
      const onProgress = (): void => stop.abort(new Error("enough"));
      const options = { blobId: absent, contentHash: sha256(bytes), size: 3_000, signal: stop.signal, onProgress };
      const next = open({ aggregators: [endless.url] })
        .stream(options)
        .next();
      expect(await next.catch((error: unknown) => error)).to.equal(stop.signal.reason);
    });

    it("reads a range through the chunk that holds it", async () => {
      const { blobId } = stored();
      const chunk = { offset: 1_000, length: 2_000, contentHash: sha256(bytes.subarray(1_000, 3_000)) };
      const range = { offset: 1_500, length: 10 };
      expect(await open().get({ blobId, range, chunk })).to.deep.equal(bytes.subarray(1_500, 1_510));
      walrus().faults.flipByte({ blobId, offset: 2_999 });
      expect((await failure(open().get({ blobId, range, chunk }))).code).to.equal("walrus.content-hash-mismatch");
      const outside = { offset: 2_999, length: 2 };
      expect((await failure(open().get({ blobId, range: outside, chunk }))).code).to.equal(
        "walrus.get-options-invalid",
      );
    });

    describe("saveBlob", () => {
      it("writes a file that is whole and right, or none", async () => {
        await using directory = await temporaryDirectory();
        const path = join(directory.path, "inner", "file");
        const { blobId, contentHash } = stored();
        const store = open();
        expect(await saveBlob({ store, blobId, contentHash, path, nShards: 10 })).to.deep.equal({ size: 5_000 });
        expect(new Uint8Array(await readFile(path))).to.deep.equal(bytes);
        const again = saveBlob({ store, blobId, path, nShards: 10 });
        expect((await failure(again)).code).to.equal("walrus.file-exists");

        // What an earlier call left is kept, if it is right.
        const { mtimeMs } = await stat(path);
        const size = bytes.length;
        expect(await saveBlob({ store, blobId, contentHash, size, path, nShards: 10 })).to.deep.equal({ size });
        expect((await stat(path)).mtimeMs).to.equal(mtimeMs);
        for (const other of [flipped(bytes, 7), bytes.subarray(1)]) {
          const wrong = join(directory.path, "inner", "other");
          await writeFile(wrong, other);
          const kept = saveBlob({ store, blobId, contentHash, size, path: wrong, nShards: 10 });
          expect((await failure(kept)).code).to.equal("walrus.file-exists");
          await rm(wrong);
        }

        walrus().faults.flipByte({ blobId, offset: 4_321 });
        for (const check of [{}, { contentHash }]) {
          const wrong = saveBlob({ store, blobId, path: join(directory.path, "wrong"), nShards: 10, ...check });
          expect((await failure(wrong)).code).to.match(/mismatch$/);
        }
        expect(await readdir(directory.path)).to.deep.equal(["inner"]);
        expect(await readdir(join(directory.path, "inner"))).to.deep.equal(["file"]);
      });

      it("checks against the Blob ID alone, and finds the server whose bytes are right", async () => {
        await using directory = await temporaryDirectory();
        await using liar = await fakeServer(serving(bytes, (part) => flipped(part, 5)));
        const store = open({ aggregators: [liar.url, walrus().url] });
        const path = join(directory.path, "file");
        expect(await saveBlob({ store, blobId: stored().blobId, path, nShards: 10 })).to.deep.equal({ size: 5_000 });
        expect(new Uint8Array(await readFile(path))).to.deep.equal(bytes);
      });

      it("names a folder that cannot be written to", async () => {
        await using directory = await temporaryDirectory();
        const file = join(directory.path, "file");
        await writeFile(file, "");
        const inside = saveBlob({ store: open(), blobId: stored().blobId, path: join(file, "x"), nShards: 10 });
        expect((await failure(inside)).code).to.equal("walrus.file-unwritable");
      });
    });
  });
