import { expect } from "chai";
import { type Filter, type FilterByBlockHash, id, Log, type Provider } from "ethers";
import { type LogSource, scanLogs, type ScanLogsOptions } from "../../src/chain/logs.ts";
import { rejection } from "../support/rejection.ts";

const ADDRESS = `0x${"a".repeat(40)}`;
const TOPIC = id("Happened(uint256)");
const NO_PROVIDER = {} as Provider;

function logAt(blockNumber: number, change: { readonly address?: string; readonly topic?: string } = {}): Log {
  return new Log(
    {
      address: change.address ?? ADDRESS,
      topics: [change.topic ?? TOPIC],
      data: "0x",
      blockHash: id(`block ${blockNumber}`),
      blockNumber,
      transactionHash: id(`transaction ${blockNumber}`),
      transactionIndex: 0,
      index: 0,
      removed: false,
    },
    NO_PROVIDER,
  );
}

/** A node that lists one log in every tenth block, and refuses ranges of more than `limit` blocks. */
function node(limit: number, last = 1_000): { readonly source: LogSource; readonly ranges: [number, number][] } {
  const ranges: [number, number][] = [];
  const getLogs = (filter: Filter | FilterByBlockHash): Promise<Log[]> => {
    if (!("fromBlock" in filter)) throw new Error("a range was expected");
    const [from, to] = [Number(filter.fromBlock), Number(filter.toBlock)];
    if (to - from + 1 > limit) return Promise.reject(new Error(`query returned more than ${limit} results`));
    ranges.push([from, to]);
    const blocks = Array.from({ length: to - from + 1 }, (_, index) => from + index);
    return Promise.resolve(blocks.filter((block) => block % 10 === 0).map((block) => logAt(block)));
  };
  return { source: { getLogs, getBlockNumber: () => Promise.resolve(last) }, ranges };
}

async function blocksOf(options: Pick<ScanLogsOptions, "provider"> & Partial<ScanLogsOptions>): Promise<number[]> {
  const blocks: number[] = [];
  for await (const log of scanLogs({ address: ADDRESS, topics: [TOPIC], fromBlock: 0, ...options })) {
    blocks.push(log.blockNumber);
  }
  return blocks;
}

describe("scanLogs", () => {
  const every = Array.from({ length: 101 }, (_, index) => index * 10);

  for (const limit of [1, 2, 7, 100, 10_000]) {
    it(`lists every log once and in order from a node that allows ${limit} blocks`, async () => {
      const { source, ranges } = node(limit);
      expect(await blocksOf({ provider: source })).to.deep.equal(every);
      for (const [index, [from]] of ranges.entries())
        expect(from).to.equal(index === 0 ? 0 : ranges[index - 1]![1] + 1);
    });
  }

  it("begins at the deployment's block and ends at the block asked for", async () => {
    const { source, ranges } = node(10_000);
    expect(await blocksOf({ provider: source, fromBlock: 95, toBlock: 120 })).to.deep.equal([100, 110, 120]);
    expect(ranges).to.deep.equal([[95, 120]]);
  });

  it("asks for the next chunk only when it is wanted", async () => {
    const { source, ranges } = node(10_000);
    const scan = scanLogs({ provider: source, address: ADDRESS, topics: [TOPIC], fromBlock: 0, maxRange: 100 });
    await scan.next();
    await scan.return(undefined);
    expect(ranges).to.have.lengthOf(1);
  });

  it("says that the node refuses when it refuses a single block", async () => {
    const { source } = node(0);
    const error = await rejection(() => blocksOf({ provider: source, toBlock: 3 }));
    expect(error.code).to.equal("chain.logs-refused");
  });

  it("does not try smaller ranges on a node that is gone", async () => {
    let calls = 0;
    const refusal = Object.assign(new Error("connect ECONNREFUSED"), { code: "ECONNREFUSED" });
    const source: LogSource = {
      getBlockNumber: () => Promise.resolve(9),
      getLogs: () => {
        calls += 1;
        return Promise.reject(refusal);
      },
    };
    expect((await rejection(() => blocksOf({ provider: source }))).code).to.equal("chain.unreachable");
    expect(calls).to.equal(1);
  });

  it("bounds what it passes on of a node's text", async () => {
    const source: LogSource = {
      getBlockNumber: () => Promise.resolve(0),
      getLogs: () => Promise.reject(new Error("x".repeat(1_000_000))),
    };
    expect((await rejection(() => blocksOf({ provider: source }))).found.length).to.be.lessThan(400);
  });

  for (const [what, log] of [
    ["of another contract", logAt(5, { address: `0x${"b".repeat(40)}` })],
    ["of another event", logAt(5, { topic: id("Other()") })],
    ["of a block outside the range", logAt(500)],
  ] as const) {
    it(`refuses a log ${what}`, async () => {
      const source: LogSource = { getBlockNumber: () => Promise.resolve(9), getLogs: () => Promise.resolve([log]) };
      expect((await rejection(() => blocksOf({ provider: source }))).code).to.equal("chain.logs-foreign");
    });
  }

  it("stops when it is aborted", async () => {
    const { source } = node(10_000);
    const signal = AbortSignal.abort(new Error("enough"));
    let message = "";
    await blocksOf({ provider: source, signal }).catch((error: unknown) => (message = String(error)));
    expect(message).to.equal("Error: enough");
  });
});
