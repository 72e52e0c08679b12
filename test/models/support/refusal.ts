import { expect } from "chai";
import { isScrimshawError } from "../../../src/errors.ts";
import type { ScrimshawError } from "../../../src/errors.ts";

/** Runs `work`, which must be refused with `code`, and gives back the error for further checks. */
export async function refusal(code: string, work: () => unknown): Promise<ScrimshawError> {
  try {
    await work();
  } catch (error) {
    if (!isScrimshawError(error)) throw error;
    expect(error.code).to.equal(code);
    for (const text of [error.expected, error.found, error.next])
      expect(text).to.be.a("string").with.length.within(1, 1000);
    return error;
  }
  throw new Error(`expected ${code}, but nothing was refused`);
}
