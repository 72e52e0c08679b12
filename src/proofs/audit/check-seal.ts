import { IAttestedSignatureVerifier__factory } from "../../../typechain/factories/interfaces/IAttestedSignatureVerifier__factory.ts";
import { callChain } from "../../chain/revert.ts";
import { revertedWith } from "../../chain/reverted-with.ts";
import { isScrimshawError } from "../../errors.ts";
import { askVerifier } from "../ask-verifier.ts";
import { digestOf, isVanilla } from "../proof.ts";
import type { ProofDomain, SealedProof } from "../proof.ts";
import type { Hex } from "../statement.ts";
import { isoTime } from "../iso-time.ts";
import type { AttesterChecks } from "./check-attester.ts";
import type { Audit } from "./context.ts";
import { LocalSeals } from "./local-seals.ts";
import type { CheckList } from "./report.ts";

export interface SealSubject extends SealedProof {
  readonly proofId: Hex;
  readonly anchoredAt: bigint;
  /** The registry had the verifier accept the seal at anchor time, which it does not for the leaves of a batch. */
  readonly checkedByRegistry: boolean;
}

/** How a verifier says that the contract that signs refuses now, whatever it said before, or is not asked any more. */
const CONTRACT_SAYS_NO = ["AttestedSignatureVerifierSignerRefused", "AttestedSignatureVerifierWalletEnded"] as const;
const ATTESTED = IAttestedSignatureVerifier__factory.createInterface();

/** Judges seals as of their anchor time: by the attester's key itself where that is enough, else by asking the proof's verifier. */
export class SealChecks implements AsyncDisposable {
  readonly #audit: Audit;
  readonly #attesters: AttesterChecks;
  readonly #local: LocalSeals;
  #domain: Promise<ProofDomain> | undefined;

  constructor(audit: Audit, attesters: AttesterChecks) {
    this.#audit = audit;
    this.#attesters = attesters;
    this.#local = new LocalSeals(audit, attesters);
  }

  /** Says that so many seals come, a few at a time: whether threads are worth their start. */
  expect(count: number): void {
    this.#local.expect(count);
  }

  /** Checks the seal, if the auditor trusts the proof's verifier. The answer goes to `list`. */
  async check(subject: SealSubject, list: CheckList): Promise<void> {
    const { proof, proofId, anchoredAt } = subject;
    const { verifier } = proof.evidence;
    if (isVanilla(proof.evidence)) {
      list.notChecked("seal", "vanilla: the proof was only recorded, nobody signed or proved it", proofId);
      return;
    }
    if (!this.#audit.trustedVerifiers.some((address) => address.toLowerCase() === verifier)) {
      list.notChecked("seal", `verifier ${verifier} is none of those that you trust`, proofId);
      return;
    }
    const digest = digestOf({ proof, domain: await this.#registry() });
    const holds = await this.#local.holds(subject, digest);
    if (holds === true) {
      const detail = `the attester's key signed it, checked here by the rule of verifier ${verifier} as of ${isoTime(anchoredAt)}`;
      list.add({ check: "seal", proofId, status: "passed", detail });
      return;
    }
    await this.#ask(subject, { digest, list, refusedHere: holds === false });
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#local.close();
  }

  async #registry(): Promise<ProofDomain> {
    const { provider, proofRegistry } = this.#audit;
    this.#domain ??= callChain({ what: "read the chain id", call: () => provider.getNetwork() }).then(
      async ({ chainId }) => ({ chainId, proofRegistry: await proofRegistry.getAddress() }),
    );
    return this.#domain;
  }

  /** Has the proof's verifier check the seal. What is refused here is refused, whatever a node says; the contract says why. */
  async #ask(
    { proof, seal, proofId, anchoredAt, checkedByRegistry }: SealSubject,
    { digest, list, refusedHere }: { readonly digest: Hex; readonly list: CheckList; readonly refusedHere: boolean },
  ): Promise<void> {
    const { provider } = this.#audit;
    const { verifier, attesterId } = proof.evidence;
    try {
      const { accepted, answer } = await askVerifier({ provider, proof, seal, digest, anchoredAt });
      if (answer === "0x")
        return list.notChecked("seal", `verifier ${verifier} has no code, or answers nothing`, proofId);
      list.expect(accepted && !refusedHere, {
        check: "seal",
        proofId,
        passed: `verifier ${verifier} accepts the seal as of ${isoTime(anchoredAt)}`,
        failed: accepted
          ? `verifier ${verifier} accepts the seal, says the node, though by its code it does not: do not trust this node`
          : `verifier ${verifier} answers ${answer}`,
      });
    } catch (error) {
      if (!isScrimshawError(error) || error.code === "chain.unreachable") throw error;
      const ofContract = CONTRACT_SAYS_NO.some((name) => revertedWith(ATTESTED, error.cause, name));
      if (ofContract && !refusedHere && !(await this.#attesters.areJudgedForGood(attesterId))) {
        const what = `a contract signs for attester ${attesterId}, and does not stand up for the seal any more`;
        const detail = checkedByRegistry
          ? `${what}; the registry had verifier ${verifier} accept it at ${isoTime(anchoredAt)}`
          : `${what}; what it said at ${isoTime(anchoredAt)} cannot be asked again`;
        list.add({ check: "seal", proofId, status: checkedByRegistry ? "passed" : "not-checked", detail });
      } else if (error.code === "chain.reverted") {
        list.add({ check: "seal", proofId, status: "failed", detail: `verifier ${verifier} refuses: ${error.found}` });
      } else {
        list.notChecked("seal", `verifier ${verifier} could not be asked: ${error.found}`, proofId);
      }
    }
  }
}
