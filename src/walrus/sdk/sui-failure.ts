import { isScrimshawError, ScrimshawError } from "../../errors.ts";
import { serverText } from "../server-text.ts";

/** What went wrong at the Sui node, which may be told in its words: they are cut and cleaned. */
export function suiFailure({ doing, cause }: { readonly doing: string; readonly cause: unknown }): ScrimshawError {
  if (isScrimshawError(cause)) return cause;
  return new ScrimshawError({
    code: "walrus.sui-failed",
    expected: `the Sui node to ${doing}`,
    found: serverText(cause instanceof Error ? cause.message : String(cause), 300) || "a failure without words",
    next: "Try again, or name another Sui node (`suiUrl`).",
    cause,
  });
}

export function suiAnswerInvalid(expected: string, found: string): ScrimshawError {
  const next = "Check the network's object ids, or name another Sui node (`suiUrl`).";
  return new ScrimshawError({ code: "walrus.sui-answer-invalid", expected, found, next });
}
