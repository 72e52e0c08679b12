import type { Answer } from "../../attesters/answers.ts";
import { findAttester } from "../../attesters/records.ts";
import { verifyAttester } from "../../attesters/verify-attester.ts";
import { isVanilla } from "../proof.ts";
import type { Proof } from "../proof.ts";
import type { Hex } from "../statement.ts";
import type { Audit } from "./context.ts";

/** Verifies the attestation document of each attester once, however many proofs it signed. */
export class AttestationChecks {
  readonly #audit: Audit;
  readonly #known = new Set<Hex>();

  constructor(audit: Audit) {
    this.#audit = audit;
  }

  /**
   * Adds one answer when an attester is first met whose document the registry names. Without a document there is none: then the admission is
   * all that speaks for the key, and an attester that is unknown fails its own check.
   */
  async check({ evidence }: Proof): Promise<void> {
    const { attesterId } = evidence;
    if (isVanilla(evidence) || this.#known.has(attesterId)) return;
    this.#known.add(attesterId);
    const { attesterRegistry: registry, list } = this.#audit;
    const attester = await findAttester(registry, attesterId);
    if (attester?.document === undefined) return;
    const { attestationTerms: terms, keyVerifiers: verifiers } = this.#audit;
    const { answers } = await verifyAttester({
      ...this.#audit,
      attesterId,
      registry,
      verifiers,
      ...(terms && { terms }),
    });
    // When it counts is the answer of the check "attester", about each proof's own times.
    const about = answers.filter(({ check }) => check !== "validity");
    list.add({ check: "attestation", status: worstOf(about), detail: `attester ${attesterId}: ${summary(about)}` });
  }
}

function worstOf(answers: readonly Answer[]): Answer["status"] {
  return (["failed", "not-checked"] as const).find((one) => answers.some(({ status }) => status === one)) ?? "passed";
}

/** What went wrong, or all that was asked. */
function summary(answers: readonly Answer[]): string {
  const wrong = answers.filter(({ status }) => status !== "passed");
  if (wrong.length > 0) return wrong.map(({ check, detail }) => `${check}: ${detail}`).join("; ");
  return answers.map(({ detail }) => detail).join("; ");
}
