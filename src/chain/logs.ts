import type { Filter, Log, Provider, TopicFilter } from "ethers";
import { ScrimshawError } from "../errors.ts";
import { boundedText, callChain, chainError } from "./revert.ts";

/** Blocks of one request as long as no node refuses. */
const MAX_RANGE = 10_000;
/** Far more than the gas of a block pays for; keeps places comparable as one number. */
const MAX_LOGS_OF_BLOCK = 2 ** 20;

/** The part of a provider that a scan asks. */
export type LogSource = Pick<Provider, "getLogs" | "getBlockNumber">;

export interface ScanLogsOptions {
  readonly provider: LogSource;
  /** The contract whose logs are wanted; others are refused. */
  readonly address: string;
  /** As ethers takes them, for example from `contract.filters.X(...).getTopicFilter()`. */
  readonly topics: TopicFilter;
  /** First block, usually that of the deployment. */
  readonly fromBlock: number;
  /** Last block, inclusive; default: the newest at the beginning of the scan. */
  readonly toBlock?: number;
  /** Blocks of the first request; it halves when the node refuses and grows again. */
  readonly maxRange?: number;
  readonly signal?: AbortSignal;
}

function matches(wanted: TopicFilter, topics: readonly string[]): boolean {
  return wanted.every((topic, index) => {
    if (topic === null) return true;
    const found = topics[index];
    return typeof topic === "string" ? topic === found : found !== undefined && topic.includes(found);
  });
}

/** An RPC node is a stranger: what was not asked for must not pass. */
function check(log: Log, { address, topics }: ScanLogsOptions, from: number, to: number): Log {
  const asked = log.address.toLowerCase() === address.toLowerCase() && matches(topics, log.topics);
  if (asked && !log.removed && log.blockNumber >= from && log.blockNumber <= to) return log;
  throw new ScrimshawError({
    code: "chain.logs-foreign",
    expected: `logs of ${address} in blocks ${from.toString()} to ${to.toString()}`,
    found: `a log of ${log.address} in block ${log.blockNumber.toString()}`,
    next: "The node answers what was not asked; use another one.",
  });
}

/**
 * The logs of a contract in order, asked for in chunks, so that memory stays bounded and any node's limit is met. A request
 * that the node refuses is repeated with half the blocks, down to one.
 * @throws ScrimshawError `chain.logs-refused`, `chain.logs-foreign`, `chain.unreachable`
 */
export async function* scanLogs(options: ScanLogsOptions): AsyncGenerator<Log> {
  const { provider, address, topics, signal } = options;
  const maxRange = Math.max(options.maxRange ?? MAX_RANGE, 1);
  const last =
    options.toBlock ?? (await callChain({ what: "read the newest block", call: () => provider.getBlockNumber() }));
  let from = options.fromBlock;
  let range = maxRange;
  while (from <= last) {
    signal?.throwIfAborted();
    const to = Math.min(from + range - 1, last);
    const filter: Filter = { address, topics, fromBlock: from, toBlock: to };
    let logs: Log[];
    try {
      logs = await provider.getLogs(filter);
    } catch (error) {
      const failure = chainError({ what: "list logs", error, interfaces: [] });
      if (failure.code === "chain.unreachable") throw failure;
      if (range === 1) throw refused(from, error);
      range = Math.max(Math.floor(Math.min(range, to - from + 1) / 2), 1);
      continue;
    }
    let previous = -1;
    for (const log of logs) {
      check(log, options, from, to);
      const place = log.blockNumber * MAX_LOGS_OF_BLOCK + log.index;
      if (place <= previous || log.index >= MAX_LOGS_OF_BLOCK) throw disordered(log);
      previous = place;
      yield log;
    }
    from = to + 1;
    range = Math.min(range * 2, maxRange);
  }
}

function disordered(log: Log): ScrimshawError {
  return new ScrimshawError({
    code: "chain.logs-foreign",
    expected: "logs in the order of the chain, each once",
    found: `log ${log.index.toString()} of block ${log.blockNumber.toString()} out of order or twice`,
    next: "The node does not answer as one should; use another one.",
  });
}

function refused(block: number, error: unknown): ScrimshawError {
  return new ScrimshawError({
    code: "chain.logs-refused",
    expected: `the node to list the logs of block ${block.toString()}`,
    found: boundedText(error),
    next: "Use a node that serves eth_getLogs for old blocks (an archive node).",
    cause: error,
  });
}
