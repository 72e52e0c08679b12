import type { Answer } from "../../attesters/answers.ts";
import { findAttester } from "../../attesters/records.ts";
import type { AttesterRecord } from "../../attesters/records.ts";
import { isJudgedForGood } from "../../attesters/signer-key.ts";
import { verifyAttester } from "../../attesters/verify-attester.ts";
import { isoTime } from "../iso-time.ts";
import { ZERO_HASH, isVanilla } from "../proof.ts";
import type { Hex } from "../statement.ts";
import type { SealSubject } from "./check-seal.ts";
import type { Audit } from "./context.ts";
import type { CheckList } from "./report.ts";

/** Checks who attested; each attester is looked up and its document verified once, however many proofs it signed. */
export class AttesterChecks {
  readonly #audit: Audit;
  readonly #known = new Map<Hex, Promise<AttesterRecord | undefined>>();
  readonly #checked = new Set<Hex>();

  constructor(audit: Audit) {
    this.#audit = audit;
  }

  /**
   * Asks the attester registry whether the attester was valid when it signed and when the proof was anchored, as known today. A proof that names none
   * has only its verifier's word: no signer's id is zero, so a verifier of signatures refuses it. The answer about the proof goes to `list`.
   */
  async check({ proof, proofId, anchoredAt }: SealSubject, list: CheckList): Promise<void> {
    const { attesterId } = proof.evidence;
    if (isVanilla(proof.evidence) || attesterId === ZERO_HASH) return;
    const { producedAt } = proof.statement;
    const attester = await this.find(attesterId);
    list.expect(wasValid(attester, producedAt) && wasValid(attester, anchoredAt), {
      check: "attester",
      proofId,
      passed: `attester ${attesterId} was valid at ${isoTime(producedAt)} and ${isoTime(anchoredAt)}`,
      failed: `attester ${attesterId} was not valid at ${isoTime(producedAt)} or ${isoTime(anchoredAt)}, as known today`,
    });
    if (this.#checked.has(attesterId)) return;
    this.#checked.add(attesterId);
    await this.#checkDocument(attesterId);
  }

  /** Whether what the attester signed is judged the same at any time; not so where a contract is asked that is not known to keep no state. */
  async areJudgedForGood(attesterId: Hex): Promise<boolean> {
    const attester = await this.find(attesterId);
    return attester === undefined || isJudgedForGood(attester, this.#audit.keyVerifiers);
  }

  /** One answer about the document that the registry names. Where it names none, the admission is all that speaks for the key. */
  async #checkDocument(attesterId: Hex): Promise<void> {
    const { attesterRegistry: registry, list, attestationTerms: terms, keyVerifiers: verifiers } = this.#audit;
    const attester = await this.find(attesterId);
    if (attester?.document === undefined) return;
    const { answers } = await verifyAttester({
      ...this.#audit,
      attesterId,
      registry,
      verifiers,
      ...(terms && { terms }),
    });
    // When it counts was answered about each proof's own times.
    const about = answers.filter(({ check }) => check !== "validity");
    list.add({ check: "attestation", status: worstOf(about), detail: `attester ${attesterId}: ${summary(about)}` });
  }

  /** What the registry holds of an attester; read once. */
  find(attesterId: Hex): Promise<AttesterRecord | undefined> {
    const known = this.#known.get(attesterId) ?? findAttester(this.#audit.attesterRegistry, attesterId);
    this.#known.set(attesterId, known);
    return known;
  }
}

/** As the registry's `wasValid`: nobody unknown ever was. */
function wasValid(attester: AttesterRecord | undefined, time: bigint): boolean {
  return attester !== undefined && attester.validFrom <= time && time < attester.validUntil;
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
