import { describeEnd, describeExtended, describePlanned, leaseResult } from "../models/leases/describe-lease.ts";
import type { RenewalPreview } from "../models/leases/preview-renewal.ts";
import type { RenewalOutcome } from "../models/leases/renew-versions.ts";
import type { ResolvedVersion } from "../models/resolve.ts";
import { transactionLine } from "../models/describe-transaction.ts";
import { formatWal } from "../walrus/storage-cost.ts";
import type { WalrusSystem } from "../walrus/system.ts";
import type { KnownPrices } from "./describe-cost.ts";

const nameOf = ({ model, version }: ResolvedVersion): string => `${model.creator}/${model.name}@${version.version}`;

const add = (costs: readonly (bigint | undefined)[]): bigint | undefined =>
  costs.reduce((total, cost) => (total === undefined || cost === undefined ? undefined : total + cost), 0n);

/** What renewals would cost, in FROST: at least, for objects that can be extended, and at most, for new ones. */
export function renewalCost(previews: readonly RenewalPreview[]): Record<"extend" | "again", bigint | undefined> {
  return { extend: add(previews.map(({ extend }) => extend)), again: add(previews.map(({ again }) => again)) };
}

/** What renewals would pay for, for people. */
export function describeRenewals(previews: readonly RenewalPreview[], known: KnownPrices | undefined): string[] {
  const { extend, again } = renewalCost(previews);
  const prices =
    extend === undefined || again === undefined || known === undefined
      ? "unknown: set walrus.prices, or walrus.network, in hardhat.config.ts"
      : `${formatWal(extend)} where the payer owns the blobs' objects, up to ${formatWal(again)} where a publisher makes new ones, by prices of ${known.source}; gas comes on top`;
  return [
    ...previews.flatMap((preview) => [
      `would renew   ${nameOf(preview)} until epoch ${preview.wantedEnd} begins`,
      ...preview.leases.map((lease) => `  ${describePlanned(lease)}`),
      ...(preview.problem ? [`  files     unknown: ${preview.problem.code}, ${preview.problem.found}`] : []),
    ]),
    ...(previews.length === 0 ? ["nothing ends so soon"] : [`cost          ${prices}`]),
  ];
}

/** The same as `--json` prints it. */
export function previewResult({ model, version, leases, problem, wantedEnd, extend, again }: RenewalPreview): object {
  const blobs = leases.map((lease) => {
    const { epochs, extend: least, again: most } = lease;
    return { ...leaseResult(lease), epochs, extend: least ?? null, again: most ?? null };
  });
  const failure = problem ? { code: problem.code, expected: problem.expected, found: problem.found } : null;
  const cost = { extend: extend ?? null, again: again ?? null };
  return { model, version: version.version, wantedEnd, ...cost, blobs, problem: failure };
}

/** What became of a version, for people: what was not renewed is named, each with its reason. */
export function describeOutcome(outcome: RenewalOutcome, system: WalrusSystem | undefined): string[] {
  if (outcome.kind === "failed") {
    const { code, found, next } = outcome.problem;
    return [`${nameOf(outcome.resolved)}  NOT RENEWED: ${code}, found ${found}. ${next}`];
  }
  const { renewed } = outcome;
  const { leases, problem, endEpoch, transaction, version } = renewed;
  const none = endEpoch === undefined ? "an end is unknown" : `epoch ${version.endEpoch} is claimed already`;
  return [
    `${nameOf(renewed)}  ${renewed.complete ? "renewed" : "NOT RENEWED in full"}, ${describeEnd(endEpoch, system)}`,
    ...leases.map((lease) => `  ${describeExtended(lease)}`),
    ...(problem ? [`  files     NOT RENEWED: ${problem.code}, found ${problem.found}. ${problem.next}`] : []),
    `  ${transactionLine(transaction, none)}`,
  ];
}

/** The same as `--json` prints it. */
export function outcomeResult(outcome: RenewalOutcome): object {
  const { problem } = outcome.kind === "failed" ? outcome : outcome.renewed;
  const failure = problem
    ? { code: problem.code, expected: problem.expected, found: problem.found, next: problem.next }
    : null;
  if (outcome.kind === "failed") {
    const { model, version } = outcome.resolved;
    return {
      model,
      version: version.version,
      complete: false,
      endEpoch: null,
      blobs: [],
      problem: failure,
      transaction: null,
    };
  }
  const { model, version, complete, endEpoch = null, leases, transaction = null } = outcome.renewed;
  const blobs = leases.map((lease) => ({
    ...leaseResult(lease),
    outcome: lease.outcome,
    endEpoch: lease.endEpoch ?? null,
  }));
  return { model, version: version.version, complete, endEpoch, blobs, problem: failure, transaction };
}
