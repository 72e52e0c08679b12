import { expect } from "chai";

import { HashThread } from "../../src/walrus/hash-thread.ts";
import type { RunningHash } from "../../src/walrus/running-hash.ts";
import { failure } from "./failure.ts";
import { sha256 } from "./use-store.ts";

const SMALL = { leastSize: 1, batch: 100, ahead: 250 };

/** `count` pieces of 60 bytes, each in memory of its own. */
function pieces(count: number): Uint8Array[] {
  return Array.from({ length: count }, (_, at) => new Uint8Array(60).map((_, index) => (at * 60 + index) % 251));
}

async function addAll(hash: RunningHash, all: readonly Uint8Array[]): Promise<Uint8Array[]> {
  const back: Uint8Array[] = [];
  for (const piece of all) {
    hash.add(piece);
    await hash.room();
    back.push(...hash.take());
  }
  return back;
}

describe("HashThread", () => {
  const hashing = new HashThread(SMALL);
  after(() => hashing.close());

  it("gives every piece back in order, with the hash of all", async () => {
    using hash = hashing.open(1);
    const whole = new Uint8Array(Buffer.concat(pieces(40)));
    for (let round = 0; round < 2; round += 1) {
      const back = await addAll(hash, pieces(40));
      expect(await hash.end()).to.equal(sha256(whole));
      back.push(...hash.take());
      expect(new Uint8Array(Buffer.concat(back))).to.deep.equal(whole);
    }
    expect(await hash.end()).to.equal(sha256(new Uint8Array()));
  });

  it("leaves alone what shares its memory with others", async () => {
    using hash = hashing.open(1);
    const whole = new Uint8Array(Buffer.concat(pieces(4)));
    const views = [0, 60, 120, 180].map((start) => whole.subarray(start, start + 60));
    const back = [...(await addAll(hash, views))];
    expect(await hash.end()).to.equal(sha256(whole));
    expect(whole).to.deep.equal(new Uint8Array(Buffer.concat(pieces(4))));
    expect(new Uint8Array(Buffer.concat([...back, ...hash.take()]))).to.deep.equal(whole);
  });

  it("forgets on request what it has, and what is on its way", async () => {
    using hash = hashing.open(1);
    for (const piece of pieces(10)) hash.add(piece);
    hash.restart();
    hash.restart();
    const [first = new Uint8Array()] = pieces(1);
    const expected = first.slice();
    hash.add(first);
    expect(await hash.end()).to.equal(sha256(expected));
    expect(hash.take()).to.deep.equal([expected]);
  });

  it("has no room for more than was asked, until some of it is hashed", async () => {
    using hash = hashing.open(1);
    const all = pieces(6);
    const rooms = all.map((piece) => {
      hash.add(piece);
      return hash.room();
    });
    // Two batches of two pieces are under the bound of 250 bytes, three are above it.
    expect(rooms.map((room) => room === undefined)).to.deep.equal([true, true, true, true, true, false]);
    await rooms.at(-1);
    expect(hash.room()).to.equal(undefined);
    expect(hash.take().length).to.be.greaterThan(1);
  });

  it("is one thread for all, and none for little", async () => {
    await using hashing = new HashThread({ ...SMALL, leastSize: 100 });
    using small = hashing.open(99);
    expect(hashing.running).to.equal(false);
    expect(await small.end()).to.equal(sha256(new Uint8Array()));
    const one = hashing.open(100);
    const other = hashing.open(100);
    const wanted = sha256(new Uint8Array(Buffer.concat(pieces(5))));
    await Promise.all([addAll(one, pieces(5)), addAll(other, pieces(5))]);
    expect(await Promise.all([one.end(), other.end()])).to.deep.equal([wanted, wanted]);
    one[Symbol.dispose]();
    await addAll(other, pieces(5));
    expect(await other.end()).to.equal(wanted);
    expect(hashing.running).to.equal(true);
    await hashing.close();
    expect(hashing.running).to.equal(false);
    expect((await failure(other.end())).code).to.equal("walrus.hasher-failed");
    using late = hashing.open(100);
    await addAll(late, pieces(5));
    expect(await late.end()).to.equal(wanted);
    expect(hashing.running).to.equal(false);
  });

  it("says so when the thread dies, and starts another for the next read", async () => {
    const script = new URL(`data:text/javascript,${encodeURIComponent('throw new Error("no memory")')}`);
    const hashing = new HashThread({ ...SMALL, script });
    const hash = hashing.open(1);
    const { code, found } = await failure(addAll(hash, pieces(10)));
    expect(code).to.equal("walrus.hasher-failed");
    expect(found).to.contain("no memory");
    expect((await failure(hash.end())).code).to.equal("walrus.hasher-failed");
    expect(hashing.running).to.equal(false);
    hash[Symbol.dispose]();
    using next = hashing.open(1);
    expect((await failure(next.end())).code).to.equal("walrus.hasher-failed");
  });
});
