import { type ErrorDescription, Interface, type Result } from "ethers";
import { nextStep } from "./next-steps.ts";
import { isScrimshawError, ScrimshawError } from "../errors.ts";

/** How much text of an RPC node is passed on. */
const MAX_TEXT = 300;
/** The same for a revert, which may hold an error inside an error. */
const MAX_REVERT_TEXT = 600;
/** How deep the error objects of providers are searched. */
const MAX_DEPTH = 6;
/** Hex digits of revert data that are looked at; a longer one is no error of ours. */
const MAX_REVERT = 1 << 17;
const NO_REASON: Revert = { text: "a revert without a reason", names: [] };
const CHECK_ADDRESS = "Check that the address is that of this contract, on this network.";
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
  for (const item of chainOf(error)) {
    if (typeof item === "string" && item.length <= MAX_REVERT && REVERT_DATA.test(item)) return item;
  }
  return undefined;
}

/** Text of a node or provider: one line of bounded length. */
export function boundedText(error: unknown, longest = MAX_TEXT): string {
  const text = error instanceof Error ? error.message : typeof error === "string" ? error : "an unknown answer";
  const line = text.replace(/\s+/g, " ").trim();
  return line.length > longest ? `${line.slice(0, longest)}...` : line;
}

function showArgument(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(showArgument).join(", ")}]`;
  if (typeof value === "bigint" || typeof value === "number" || typeof value === "boolean") return value.toString();
  return JSON.stringify(value);
}

/** What a contract reverted with, in words, and the names of the errors in it: a verifier's stands inside the registry's. */
export interface Revert {
  readonly text: string;
  /** The outermost first. */
  readonly names: readonly string[];
}

function parse(data: string, interfaces: readonly Interface[]): ErrorDescription | undefined {
  for (const known of [BUILT_IN, ...interfaces]) {
    try {
      const parsed = known.parseError(data);
      if (parsed !== null) return parsed;
    } catch {
      // Bytes that carry a known selector but do not decode are shown as unknown.
    }
  }
  return undefined;
}

/** The contract's error, if one of `interfaces` knows it; else its selector. Errors inside a `reason` are read too. */
export function readRevert(data: string, interfaces: readonly Interface[], depth = 0): Revert {
  const parsed = parse(data, interfaces);
  if (parsed === undefined) {
    return { text: `an error that Scrimshaw does not know, with selector ${data.slice(0, 10)}`, names: [] };
  }
  const { name, fragment } = parsed;
  const args: Result = parsed.args;
  const names = [name];
  const shown = fragment.inputs.map((input, index) => {
    const value: unknown = args[index];
    const nested =
      input.type === "bytes" && input.name === "reason" && typeof value === "string" && REVERT_DATA.test(value);
    const inner = nested && depth < MAX_DEPTH ? readRevert(value, interfaces, depth + 1) : undefined;
    if (inner !== undefined) names.push(...inner.names);
    const text = inner?.text ?? showArgument(value);
    return input.name === "" ? text : `${input.name}: ${text}`;
  });
  return { text: boundedText(`${name}(${shown.join(", ")})`, MAX_REVERT_TEXT), names };
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
    const { text, names } = data === undefined ? NO_REASON : readRevert(data, interfaces);
    return new ScrimshawError({
      code: "chain.reverted",
      expected: `the contract to ${what}`,
      found: text,
      next: data === undefined ? CHECK_ADDRESS : nextStep(names),
      cause: error,
    });
  }
  if (hasCode(error, "BAD_DATA")) {
    return new ScrimshawError({
      code: "chain.other-contract",
      expected: `a contract that can ${what}`,
      found: "an answer of another form",
      next: CHECK_ADDRESS,
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
 * @throws ScrimshawError `chain.reverted`, `chain.other-contract`, `chain.unreachable`, `chain.request-failed`
 */
export async function callChain<T>({ what, call, interfaces = [] }: CallOptions<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    throw chainError({ what, error, interfaces });
  }
}
