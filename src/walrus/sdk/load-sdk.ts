import { ScrimshawError } from "../../errors.ts";

/** The optional peer that `error` misses, if that is what it says. */
function missingPeer(error: unknown): string | undefined {
  if (!(error instanceof Error) || !("code" in error) || error.code !== "ERR_MODULE_NOT_FOUND") return undefined;
  return /'(@mysten\/(?:sui|walrus))'/.exec(error.message)?.[1];
}

/**
 * Imports a module that needs the optional peers `@mysten/sui` or `@mysten/walrus`.
 * @throws ScrimshawError `walrus.sdk-missing` where they are not installed
 */
export async function loadSdk<T>(load: () => Promise<T>): Promise<T> {
  try {
    return await load();
  } catch (error) {
    const missing = missingPeer(error);
    if (missing === undefined) throw error;
    throw new ScrimshawError({
      code: "walrus.sdk-missing",
      expected: "the packages @mysten/sui and @mysten/walrus, to speak with Sui",
      found: `no package ${missing}`,
      next: "Run: npm install @mysten/sui @mysten/walrus",
      cause: error,
    });
  }
}
