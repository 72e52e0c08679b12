import { expect } from "chai";
import { readPages } from "../../src/chain/read-pages.ts";
import { ScrimshawError } from "../../src/errors.ts";
import { rejection } from "../support/rejection.ts";

const LIST = Array.from({ length: 1000 }, (_, index) => index);

/** A list behind a node that answers for at most so many entries, and the sizes that it was asked for. */
function listOf(length: number, most: number, code = "chain.request-failed") {
  const asked: number[] = [];
  const read = (offset: number, limit: number): Promise<number[]> => {
    asked.push(limit);
    if (limit > most) {
      return Promise.reject(new ScrimshawError({ code, expected: "less", found: "too much", next: "Ask for less." }));
    }
    return Promise.resolve(LIST.slice(0, length).slice(offset, offset + limit));
  };
  return { asked, read };
}

async function all(entries: AsyncIterable<number>): Promise<number[]> {
  const found: number[] = [];
  for await (const entry of entries) found.push(entry);
  return found;
}

describe("readPages", () => {
  it("asks for pages, and for less where the node refuses", async () => {
    const whole = listOf(1000, 500);
    expect(await all(readPages({ from: 10, end: 1000, pageSize: 500, read: whole.read }))).to.deep.equal(
      LIST.slice(10),
    );
    expect(whole.asked).to.deep.equal([500, 490]);
    const limited = listOf(1000, 60, "chain.reverted");
    expect(await all(readPages({ from: 0, end: 300, pageSize: 100, read: limited.read }))).to.deep.equal(
      LIST.slice(0, 300),
    );
    expect(limited.asked.slice(0, 3)).to.deep.equal([100, 50, 100]);
  });

  it("ends where the list ends, and takes no more than it asked for", async () => {
    const short = listOf(7, 500);
    expect(await all(readPages({ from: 5, end: 900, pageSize: 500, read: short.read }))).to.deep.equal([5, 6]);
    const generous = () => Promise.resolve(LIST);
    expect(await all(readPages({ from: 0, end: 3, pageSize: 2, read: generous }))).to.deep.equal([0, 1, 0]);
    expect(await all(readPages({ from: 3, end: 3, pageSize: 2, read: generous }))).to.be.empty;
  });

  it("tells what a single entry fails with, and other failures at once", async () => {
    const none = listOf(1000, 0);
    const error = await rejection(() => all(readPages({ from: 0, end: 4, pageSize: 4, read: none.read })));
    expect([error.code, none.asked]).to.deep.equal(["chain.request-failed", [4, 2, 1]]);
    const gone = listOf(1000, 0, "chain.unreachable");
    await rejection(() => all(readPages({ from: 0, end: 4, pageSize: 4, read: gone.read })));
    expect(gone.asked).to.deep.equal([4]);
  });

  it("stops between pages when it is told to", async () => {
    const stop = new AbortController();
    const { read, asked } = listOf(1000, 500);
    const entries = readPages({ from: 0, end: 10, pageSize: 1, read, signal: stop.signal });
    await entries.next();
    stop.abort(new Error("enough"));
    const stopped: unknown = await entries.next().catch((error: unknown) => error);
    expect([(stopped as Error).message, asked.length]).to.deep.equal(["enough", 1]);
  });
});
