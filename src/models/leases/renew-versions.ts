import { isScrimshawError } from "../../errors.ts";
import type { ScrimshawError } from "../../errors.ts";
import type { ResolvedVersion } from "../resolve.ts";
import type { ExtendedLease } from "./extend-lease.ts";
import { renewVersion } from "./renew-version.ts";
import type { RenewedVersion, RenewVersionOptions } from "./renew-version.ts";

export interface RenewVersionsOptions extends Omit<RenewVersionOptions, "resolved" | "done"> {
  /** For example what `expiringVersions` finds. */
  readonly versions: AsyncIterable<ResolvedVersion>;
}

/** What became of one version. */
export type RenewalOutcome =
  | { readonly kind: "renewed"; readonly renewed: RenewedVersion }
  /** It could not even be begun, or not be recorded. */
  | { readonly kind: "failed"; readonly resolved: ResolvedVersion; readonly problem: ScrimshawError };

/**
 * Renews versions one after the other. A blob that several share is extended once. What fails for one does not keep the others from being
 * renewed.
 * @throws ScrimshawError what `versions` throws
 */
export async function renewVersions({
  versions,
  ...options
}: RenewVersionsOptions): Promise<readonly RenewalOutcome[]> {
  const done = new Map<string, ExtendedLease>();
  const outcomes: RenewalOutcome[] = [];
  for await (const resolved of versions) {
    try {
      outcomes.push({ kind: "renewed", renewed: await renewVersion({ ...options, resolved, done }) });
    } catch (error) {
      options.signal?.throwIfAborted();
      if (!isScrimshawError(error)) throw error;
      outcomes.push({ kind: "failed", resolved, problem: error });
    }
  }
  return outcomes;
}
