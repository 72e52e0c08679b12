import { findRefusedSeals } from "../check-seals.ts";
import { proofIdOf } from "../proof.ts";
import type { FlushRules } from "./flush-rules.ts";
import type { OpenProofs } from "./queue.ts";
import type { SettlerContext } from "./settler-options.ts";

/** Whether waiting proofs are to become a batch now. */
export function isDue({ count, bytes, oldest, newest }: OpenProofs, rules: FlushRules, now: number): boolean {
  if (oldest === undefined || newest === undefined) return false;
  const waitedLong = now - oldest >= rules.maxAgeMs || now - newest >= rules.idleMs;
  return count >= rules.maxCount || bytes >= rules.maxBytes || waitedLong;
}

/**
 * Makes a batch of the proofs that wait longest. Their verifiers are asked first: a proof whose seal is refused would stand in the
 * batch for good, so it is set aside with the reason, and hinders no other.
 * @returns whether there was anything to do
 * @throws ScrimshawError of the room `chain`
 */
export async function formBatch(context: SettlerContext, signal: AbortSignal | undefined): Promise<boolean> {
  const { queue, rules, registry, provider, settler, now, onEvent } = context;
  const proofs = queue.oldestOpen(rules);
  if (proofs.length === 0) return false;
  const problems = await findRefusedSeals({ proofs, registry, provider, settler, ...(signal && { signal }) });
  const reasons = new Map([...problems].map(([proofId, { code, found }]) => [proofId, `${code}: ${found}`]));
  if (reasons.size > 0) queue.refuse(reasons);
  for (const [proofId, reason] of reasons) onEvent({ kind: "refused", proofId, reason });
  const kept = proofs.map(({ proof }) => proofIdOf(proof)).filter((proofId) => !reasons.has(proofId));
  if (kept.length === 0) return true;
  const batch = queue.form(kept, now());
  onEvent({ kind: "formed", batch, count: kept.length });
  return true;
}
