import { type ErrorDescription, Interface, type Result } from "ethers";
import { isScrimshawError, ScrimshawError } from "../errors.ts";

/** How much text of an RPC node is passed on. */
const MAX_TEXT = 300;
/** How deep the error objects of providers are searched. */
const MAX_DEPTH = 6;
const REVERT_DATA = /^0x(?:[0-9a-f]{2}){4,}$/i;
const BUILT_IN = new Interface(["error Error(string)", "error Panic(uint256)"]);

/** The properties under which ethers, Hardhat and RPC nodes hide the cause of a failure. */
const NESTED = ["data", "error", "info", "cause", "result"] as const;

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}

/** `error` and the errors inside it, nearest first, to a bounded depth. */
function* chainOf(error: unknown, depth = 0): Generator {
  if (error === undefined || error === null || depth > MAX_DEPTH) return;
  yield error;
  if (!isRecord(error)) return;
  for (const name of NESTED) yield* chainOf(error[name], depth + 1);
}

/** The bytes a contract reverted with, wherever the provider put them in its error. */
export function revertDataOf(error: unknown): string | undefined {
  for (const item of chainOf(error)) if (typeof item === "string" && REVERT_DATA.test(item)) return item;
  return undefined;
}

/** Text of a node or provider: one line of bounded length. */
export function boundedText(error: unknown): string {
  const text = error instanceof Error ? error.message : typeof error === "string" ? error : "an unknown answer";
  const line = text.replace(/\s+/g, " ").trim();
  return line.length > MAX_TEXT ? `${line.slice(0, MAX_TEXT)}...` : line;
}

function showArgument(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(showArgument).join(", ")}]`;
  if (typeof value === "bigint" || typeof value === "number" || typeof value === "boolean") return value.toString();
  return JSON.stringify(value);
}

function showError({ name, args, fragment }: ErrorDescription): string {
  const values: Result = args;
  const shown = fragment.inputs.map((input, index) => {
    const value = showArgument(values[index]);
    return input.name === "" ? value : `${input.name}: ${value}`;
  });
  return boundedText(`${name}(${shown.join(", ")})`);
}

/** The contract's error in words, if one of `interfaces` knows it; else its selector. */
export function describeRevert(data: string, interfaces: readonly Interface[]): string {
  for (const known of [BUILT_IN, ...interfaces]) {
    try {
      const parsed = known.parseError(data);
      if (parsed !== null) return showError(parsed);
    } catch {
      // Bytes that carry a known selector but do not decode are shown as unknown.
    }
  }
  return `an error that Scrimshaw does not know, with selector ${data.slice(0, 10)}`;
}

function hasCode(error: unknown, code: string): boolean {
  return isRecord(error) && error.code === code;
}

function isUnreachable(error: unknown): boolean {
  for (const item of chainOf(error)) {
    if (!isRecord(item)) continue;
    const text = `${String(item.code)} ${typeof item.message === "string" ? item.message : ""}`;
    if (
      /ECONNREFUSED|ENOTFOUND|EAI_AGAIN|ECONNRESET|NETWORK_ERROR|Cannot connect to the network|timed out|fetch failed/i.test(
        text,
      )
    ) {
      return true;
    }
  }
  return false;
}

export interface ChainFailure {
  /** What was tried, as in "register the model". */
  readonly what: string;
  readonly error: unknown;
  readonly interfaces: readonly Interface[];
}

/** Any failure of a call or transaction as a `ScrimshawError` of the room `chain`. */
export function chainError({ what, error, interfaces }: ChainFailure): ScrimshawError {
  if (isScrimshawError(error)) return error;
  const data = revertDataOf(error);
  if (data !== undefined || hasCode(error, "CALL_EXCEPTION")) {
    return new ScrimshawError({
      code: "chain.reverted",
      expected: `the contract to ${what}`,
      found: data === undefined ? "a revert without a reason" : describeRevert(data, interfaces),
      next: "The error's name and arguments say what the contract refused; nothing was changed.",
      cause: error,
    });
  }
  if (isUnreachable(error)) {
    return new ScrimshawError({
      code: "chain.unreachable",
      expected: `a running chain to ${what}`,
      found: boundedText(error),
      next: "Start a local chain with `npx hardhat dev`, or choose a network with --network.",
      cause: error,
    });
  }
  if (hasCode(error, "INSUFFICIENT_FUNDS") || /insufficient funds|enough funds/i.test(boundedText(error))) {
    return new ScrimshawError({
      code: "chain.insufficient-funds",
      expected: `an account that can pay to ${what}`,
      found: boundedText(error),
      next: "Send the account some of the network's coin, or choose another account with --from.",
      cause: error,
    });
  }
  return new ScrimshawError({
    code: "chain.request-failed",
    expected: `the node to ${what}`,
    found: boundedText(error),
    next: "Try again; if it stays, check the network's URL or use another node.",
    cause: error,
  });
}

export interface CallOptions<T> {
  readonly what: string;
  readonly call: () => Promise<T>;
  /** Interfaces whose errors are decoded, usually `[contract.interface]`. */
  readonly interfaces?: readonly Interface[];
}

/**
 * A read whose failures are told in one family.
 * @throws ScrimshawError `chain.reverted`, `chain.unreachable`, `chain.request-failed`
 */
export async function callChain<T>({ what, call, interfaces = [] }: CallOptions<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    throw chainError({ what, error, interfaces });
  }
}
