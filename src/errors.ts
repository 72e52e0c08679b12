/**
 * The one error family of the library. Every failure that a caller may meet says what was expected, what was found
 * and what to do next; `code` is stable and may be matched on.
 */
export interface ScrimshawErrorOptions {
  /** Stable, dotted, lower-case: `<room>.<what>`, for example `walrus.blob-id-mismatch`. */
  readonly code: string;
  /** What should have been the case, in words or as a value. */
  readonly expected: string;
  /** What was the case instead. Never holds a key, a token or unbounded text from outside. */
  readonly found: string;
  /** What the user can do now, as a command where there is one. */
  readonly next: string;
  readonly cause?: unknown;
}

export class ScrimshawError extends Error {
  override readonly name = "ScrimshawError";
  readonly code: string;
  readonly expected: string;
  readonly found: string;
  readonly next: string;

  constructor({ code, expected, found, next, cause }: ScrimshawErrorOptions) {
    super(`${code}: expected ${expected}; found ${found}. ${next}`, cause === undefined ? undefined : { cause });
    this.code = code;
    this.expected = expected;
    this.found = found;
    this.next = next;
  }
}

/** True for errors of this family, also when two copies of the package are loaded. */
export function isScrimshawError(error: unknown): error is ScrimshawError {
  return error instanceof Error && error.name === "ScrimshawError" && "code" in error && "next" in error;
}
