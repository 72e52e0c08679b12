import { callChain } from "../../chain/revert.ts";
import { isoTime } from "../iso-time.ts";
import { isVanilla } from "../proof.ts";
import type { Proof } from "../proof.ts";
import type { Hex } from "../statement.ts";
import type { Audit } from "./context.ts";

/**
 * Whether a proof was withdrawn in a way that counts: a withdrawal by a key whose validity had ended by then, as known today, was perhaps a
 * thief's and does not.
 */
export async function checkWithdrawal(
  { list, proofRegistry, attesterRegistry }: Audit,
  { proof, proofId }: { readonly proof: Proof; readonly proofId: Hex },
): Promise<void> {
  const { counts, withdrawnAt } = await callChain({
    what: "read when the proof was withdrawn",
    call: async () => {
      const time = await proofRegistry.withdrawnAt(proofId);
      if (time === 0n || isVanilla(proof.evidence)) return { counts: time !== 0n, withdrawnAt: time };
      const { validUntil } = await attesterRegistry.validity(proof.evidence.attesterId);
      return { counts: time < validUntil, withdrawnAt: time };
    },
    interfaces: [attesterRegistry.interface],
  });
  list.expect(!counts, {
    check: "not-withdrawn",
    proofId,
    passed:
      withdrawnAt === 0n
        ? "the proof was not withdrawn"
        : `the withdrawal of ${isoTime(withdrawnAt)} does not count: the attester's validity had ended, as known today`,
    failed: `the proof was withdrawn at ${isoTime(withdrawnAt)}`,
  });
}
