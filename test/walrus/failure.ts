import { isScrimshawError, type ScrimshawError } from "../../src/errors.ts";

/** The `ScrimshawError` that `work` fails with; throws if it succeeds or fails with anything else. */
export async function failure(work: Promise<unknown>): Promise<ScrimshawError> {
  try {
    await work;
  } catch (error) {
    if (isScrimshawError(error)) return error;
    throw error;
  }
  throw new Error("expected a failure, but it succeeded");
}
