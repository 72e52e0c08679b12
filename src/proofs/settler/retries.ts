import { isScrimshawError } from "../../errors.ts";
import type { ScrimshawError } from "../../errors.ts";
import type { SettlerContext } from "./settler-options.ts";

const FIRST_MS = 1_000;
const LONGEST_MS = 60_000;

interface Waiting {
  readonly failures: number;
  readonly retryAt: number;
  readonly error: ScrimshawError;
}

/** Tries each piece of work again after a failure, each time later, so that one that cannot be done hinders no other. */
export class Retries {
  readonly #context: Pick<SettlerContext, "now" | "onEvent">;
  readonly #waiting = new Map<number | "form", Waiting>();

  constructor(context: Pick<SettlerContext, "now" | "onEvent">) {
    this.#context = context;
  }

  /** The newest failure of work that has not been done since. */
  get lastFailure(): ScrimshawError | undefined {
    return [...this.#waiting.values()].at(-1)?.error;
  }

  /** Does the work of a batch, or the forming of one, unless it waits after a failure. */
  async attempt(
    what: number | "form",
    signal: AbortSignal | undefined,
    work: () => Promise<boolean>,
  ): Promise<boolean> {
    const { now, onEvent } = this.#context;
    const before = this.#waiting.get(what);
    if (before !== undefined && now() < before.retryAt) return false;
    try {
      const changed = await work();
      this.#waiting.delete(what);
      return changed;
    } catch (error) {
      signal?.throwIfAborted();
      if (!isScrimshawError(error)) throw error;
      const failures = (before?.failures ?? 0) + 1;
      const retryAt = now() + Math.min(FIRST_MS * 2 ** (failures - 1), LONGEST_MS);
      this.#waiting.delete(what);
      this.#waiting.set(what, { failures, retryAt, error });
      const { code, found, next } = error;
      onEvent({ kind: "failed", batch: what === "form" ? undefined : what, code, found, next, retryAt });
      return false;
    }
  }
}
