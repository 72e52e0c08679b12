import { epochBeginsAt } from "../../walrus/system.ts";
import type { WalrusSystem } from "../../walrus/system.ts";
import type { BlobLease } from "./read-leases.ts";
import type { PlannedLease } from "./preview-renewal.ts";
import type { ExtendedLease } from "./extend-lease.ts";

const day = (date: Date): string => date.toISOString().slice(0, 10);

/** An end epoch for people, with the day on which it begins where epochs follow a clock. */
export function describeEnd(endEpoch: number | undefined, system: WalrusSystem | undefined): string {
  if (endEpoch === undefined) return "until an unknown epoch";
  const date = system === undefined ? undefined : epochBeginsAt({ system, epoch: endEpoch });
  const gone = system !== undefined && endEpoch <= system.epoch ? ", which is past" : "";
  return `until epoch ${String(endEpoch)} begins${date === undefined ? "" : `, about ${day(date)}`}${gone}`;
}

/** What is known of a blob's lease, in one line, and who says so. */
export function describeLease({ role, blob, status, problem }: BlobLease): string {
  const what = `${role.padEnd(8)}  ${blob.blobId}`;
  if (status === undefined) return `${what}  unknown: ${problem?.code ?? "nobody says"}, ${problem?.found ?? ""}`;
  const { state, endEpoch, endsAt, deletable, source, sources } = status;
  if (state !== "certified") return `${what}  ${state.toUpperCase()}, say ${sources?.state ?? source}`;
  const date = endsAt === undefined ? "" : `, about ${day(endsAt)}`;
  const end = endEpoch === undefined ? "its end is unknown" : `until epoch ${String(endEpoch)} begins${date}`;
  const taken = deletable === true ? ", DELETABLE by its owner before the end" : "";
  return `${what}  certified, ${end}${taken}, say ${sources?.endEpoch ?? source}`;
}

/** What became of a blob's lease, in one line. */
export function describeExtended({ role, blob, outcome, endEpoch, problem }: ExtendedLease): string {
  const what = `${role.padEnd(8)}  ${blob.blobId}`;
  if (outcome === "failed")
    return `${what}  NOT RENEWED: ${problem?.code ?? ""}, found ${problem?.found ?? ""}. ${problem?.next ?? ""}`;
  return `${what}  ${outcome === "kept" ? "was paid for" : "paid for"} until epoch ${String(endEpoch)} begins`;
}

/** What a blob's renewal would take, in one line. */
export function describePlanned({ role, blob, status, problem, epochs }: PlannedLease): string {
  const what = `${role.padEnd(8)}  ${blob.blobId}`;
  if (epochs === 0) return `${what}  nothing to pay for`;
  const now = status === undefined ? `unknown: ${problem?.code ?? ""}` : status.state;
  return `${what}  ${String(epochs)} epochs (${now}${status?.endEpoch === undefined ? "" : `, until epoch ${String(status.endEpoch)} now`})`;
}

/** A lease as `--json` prints it. */
export function leaseResult({ role, blob, status, problem }: BlobLease) {
  const { state = null, endEpoch = null, deletable = null, endsAt, source = null, sources } = status ?? {};
  return {
    ...{ role, ...blob, state, endEpoch, endsAt: endsAt?.toISOString() ?? null, deletable, source },
    sources: sources ?? null,
    problem: problem === undefined ? null : { code: problem.code, expected: problem.expected, found: problem.found },
  };
}
