import { isScrimshawError, ScrimshawError } from "../errors.ts";
import type { Committee } from "./committee.ts";

const ADDRESS = /https?:\/\/[^\s/]+|[\w.[\]-]+:\d{2,5}/g;

/** The error for a blob that too few storage nodes signed for, with what the others said. */
export function belowQuorum({
  quorum,
  weight,
  committee,
  failures,
}: {
  readonly quorum: number;
  readonly weight: number;
  readonly committee: Committee;
  readonly failures: readonly unknown[];
}): ScrimshawError {
  // Nodes that say the same differ only in their address.
  const said = failures.map((error) => (isScrimshawError(error) ? error.found : String(error)));
  const reasons = [...Map.groupBy(said, (found) => found.replaceAll(ADDRESS, "")).values()].map(
    ([first = "", ...others]) => (others.length === 0 ? first : `${first} (and ${others.length} more nodes)`),
  );
  return new ScrimshawError({
    code: "walrus.certificate-below-quorum",
    expected: `signatures of weight ${quorum} of ${committee.nShards} in epoch ${committee.epoch}`,
    found: `weight ${weight}${reasons.length === 0 ? "" : `; ${reasons.join("; ").slice(0, 800)}`}`,
    next: "Read the committee again and retry; a blob that a quorum does not hold may have expired or never been stored.",
    cause: failures[0],
  });
}
