import { isScrimshawError } from "../../src/errors.ts";
import type { ScrimshawError } from "../../src/errors.ts";

/** The library's error that `action` ends in; anything else, success included, fails the test. */
export async function rejection(action: () => unknown): Promise<ScrimshawError> {
  try {
    await action();
  } catch (error) {
    if (isScrimshawError(error)) return error;
    throw error;
  }
  throw new Error("expected a ScrimshawError, but nothing was thrown");
}
