import { IAttestedSignatureVerifier__factory } from "../../../typechain/factories/interfaces/IAttestedSignatureVerifier__factory.ts";
import { callChain } from "../../chain/revert.ts";
import { revertedWith } from "../../chain/reverted-with.ts";
import { isScrimshawError } from "../../errors.ts";
import { askVerifier } from "../ask-verifier.ts";
import { digestOf, isVanilla } from "../proof.ts";
import type { SealedProof } from "../proof.ts";
import type { Hex } from "../statement.ts";
import { isoTime } from "../iso-time.ts";
import type { AttesterChecks } from "./check-attester.ts";
import type { Audit } from "./context.ts";

export interface SealSubject extends SealedProof {
  readonly proofId: Hex;
  readonly anchoredAt: bigint;
  /** The registry had the verifier accept the seal at anchor time, which it does not for the leaves of a batch. */
  readonly checkedByRegistry: boolean;
}

/** How a verifier says that the contract that signs refuses now, whatever it said before, or is not asked any more. */
const CONTRACT_SAYS_NO = ["AttestedSignatureVerifierSignerRefused", "AttestedSignatureVerifierWalletEnded"] as const;
const ATTESTED = IAttestedSignatureVerifier__factory.createInterface();

/** Has the proof's verifier check the seal as of the anchor time, if the auditor trusts that verifier. */
export async function checkSeal(
  audit: Audit,
  { proof, seal, proofId, anchoredAt, checkedByRegistry }: SealSubject,
  attesters: AttesterChecks,
): Promise<void> {
  const { list, provider, proofRegistry, trustedVerifiers } = audit;
  const { verifier } = proof.evidence;
  if (isVanilla(proof.evidence)) {
    list.notChecked("seal", "vanilla: the proof was only recorded, nobody signed or proved it", proofId);
    return;
  }
  if (!trustedVerifiers.some((address) => address.toLowerCase() === verifier)) {
    list.notChecked("seal", `verifier ${verifier} is none of those that you trust`, proofId);
    return;
  }
  const { chainId } = await callChain({ what: "read the chain id", call: () => provider.getNetwork() });
  const digest = digestOf({ proof, domain: { chainId, proofRegistry: await proofRegistry.getAddress() } });
  try {
    const { accepted, answer } = await askVerifier({ provider, proof, seal, digest, anchoredAt });
    if (answer === "0x")
      return list.notChecked("seal", `verifier ${verifier} has no code, or answers nothing`, proofId);
    list.expect(accepted, {
      check: "seal",
      proofId,
      passed: `verifier ${verifier} accepts the seal as of ${isoTime(anchoredAt)}`,
      failed: `verifier ${verifier} answers ${answer}`,
    });
  } catch (error) {
    if (!isScrimshawError(error) || error.code === "chain.unreachable") throw error;
    const { attesterId } = proof.evidence;
    const ofContract = CONTRACT_SAYS_NO.some((name) => revertedWith(ATTESTED, error.cause, name));
    if (ofContract && !(await attesters.areJudgedForGood(attesterId))) {
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
