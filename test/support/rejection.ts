import { expect } from "chai";
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

/** Runs `action`, which must be refused with `code` and in words that fit a screen, and gives back the error. */
export async function refusal(code: string, action: () => unknown): Promise<ScrimshawError> {
  const error = await rejection(action);
  expect(error.code, error.message).to.equal(code);
  for (const text of [error.expected, error.found, error.next]) {
    expect(text).to.be.a("string").with.length.within(1, 1000);
  }
  return error;
}
