import { callChain } from "../chain/revert.ts";
import { ScrimshawError } from "../errors.ts";
import { auditProof } from "../proofs/audit/audit-proof.ts";
import { auditRange } from "../proofs/audit/audit-range.ts";
import type { AuditOptions } from "../proofs/audit/context.ts";
import type { AuditReport } from "../proofs/audit/report.ts";
import { parseId } from "../proofs/parse-id.ts";
import type { Hex } from "../proofs/statement.ts";
import type { Environment } from "./environment.ts";
import { modelFilter } from "./model-filter.ts";

/** What a command was told to audit; -1 and 0 stand for what was left out. */
export interface SubjectArguments {
  readonly id: string;
  readonly model: string | undefined;
  readonly fromBlock: number;
  readonly toBlock: number;
  readonly batches: boolean;
  readonly sample: number;
  readonly seed: string | undefined;
}

function invalid(expected: string, found: string): ScrimshawError {
  return new ScrimshawError({
    code: "proofs.argument-invalid",
    expected,
    found,
    next: "See `npx hardhat proof audit --help`.",
  });
}

/** @throws ScrimshawError `proofs.argument-invalid` */
export function parseSample({ sample: size, seed }: SubjectArguments): Pick<AuditOptions, "sample"> {
  if (size < 0) throw invalid("a number of proofs after --sample", String(size));
  if (size === 0 && seed !== undefined) throw invalid("--sample with the --seed that draws it", "no --sample");
  if (seed !== undefined && !/^0x[0-9a-f]{64}$/.test(seed)) throw invalid("a seed as an audit printed it", "another");
  return size === 0 ? {} : { sample: { size, ...(seed !== undefined && { seed: seed as Hex }) } };
}

/**
 * Audits what a command was told to: one proof or batch by its id, or a range of blocks, of one model or of all.
 * @throws ScrimshawError `proofs.argument-invalid`, errors of `auditProof` and `auditRange`
 */
export async function auditSubject(
  args: SubjectArguments,
  environment: Environment,
  options: AuditOptions,
): Promise<AuditReport> {
  const { id, model, fromBlock, toBlock, batches } = args;
  const isRange = model !== undefined || fromBlock >= 0 || toBlock >= 0;
  if (id !== "" && isRange) throw invalid("either an id, or --model, --from-block and --to-block", "both");
  if (id !== "") return auditProof({ ...options, id: parseId(id) });
  if (!isRange) throw invalid("an id, --model, --from-block or --to-block", "none of them");
  const { provider, addressBook } = environment;
  const newest =
    toBlock >= 0 ? toBlock : await callChain({ what: "read the newest block", call: () => provider.getBlockNumber() });
  const range = { fromBlock: Math.max(fromBlock, options.fromBlock), toBlock: newest };
  if (range.fromBlock > range.toBlock)
    throw invalid(`a last block from ${range.fromBlock} on, the first that can hold a proof`, `block ${range.toBlock}`);
  return auditRange({
    ...options,
    range,
    ...(model !== undefined && { modelId: modelFilter(model, addressBook), searchBatches: batches }),
  });
}

/** What was audited, in words. */
export function describeSubject({ subject, proofs }: AuditReport): string {
  if (subject.kind !== "range") return `${subject.kind} ${subject.id}`;
  const { fromBlock, toBlock, modelId } = subject;
  const of = modelId === undefined ? "" : ` of model ${modelId}`;
  return `${proofs} proofs${of} in blocks ${fromBlock} to ${toBlock}`;
}
