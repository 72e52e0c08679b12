import { IProofVerifier__factory } from "../../../typechain/factories/interfaces/IProofVerifier__factory.ts";
import { contractInterfaces } from "../../chain/contracts.ts";
import { callChain } from "../../chain/revert.ts";
import { isScrimshawError } from "../../errors.ts";
import { ZERO_HASH, digestOf, isVanilla } from "../proof.ts";
import type { SealedProof } from "../proof.ts";
import type { Hex } from "../statement.ts";
import { isoTime } from "../iso-time.ts";
import type { Audit } from "./context.ts";

export interface SealSubject extends SealedProof {
  readonly proofId: Hex;
  readonly anchoredAt: bigint;
}

const MAGIC = IProofVerifier__factory.createInterface().getFunction("verify").selector;

/** Has the proof's verifier check the seal as of the anchor time, if the auditor trusts that verifier. */
export async function checkSeal(audit: Audit, { proof, seal, proofId, anchoredAt }: SealSubject): Promise<void> {
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
  const contract = IProofVerifier__factory.connect(verifier, provider);
  const { chainId } = await callChain({ what: "read the chain id", call: () => provider.getNetwork() });
  const digest = digestOf({ proof, domain: { chainId, proofRegistry: await proofRegistry.getAddress() } });
  try {
    const answer = await callChain({
      what: "verify the seal",
      call: () => contract.verify(digest, proof, anchoredAt, seal),
      interfaces: contractInterfaces(),
    });
    list.expect(answer === MAGIC, {
      check: "seal",
      proofId,
      passed: `verifier ${verifier} accepts the seal as of ${isoTime(anchoredAt)}`,
      failed: `verifier ${verifier} answers ${answer}`,
    });
  } catch (error) {
    if (!isScrimshawError(error) || error.code === "chain.unreachable") throw error;
    if (error.code === "chain.reverted") {
      list.add({ check: "seal", proofId, status: "failed", detail: `verifier ${verifier} refuses: ${error.found}` });
    } else {
      list.notChecked("seal", `verifier ${verifier} could not be asked: ${error.found}`, proofId);
    }
  }
}

/**
 * Asks the attester registry whether the attester was valid when it signed and when the proof was anchored, as known today. A proof that names none
 * has only its verifier's word: no signer's id is zero, so a verifier of signatures refuses it.
 */
export async function checkAttester(audit: Audit, { proof, proofId, anchoredAt }: SealSubject): Promise<void> {
  const { list, attesterRegistry } = audit;
  const { attesterId } = proof.evidence;
  if (isVanilla(proof.evidence) || attesterId === ZERO_HASH) return;
  const { producedAt } = proof.statement;
  const valid = await callChain({
    what: "read the attester's validity",
    call: async () =>
      (await attesterRegistry.wasValid(attesterId, producedAt)) &&
      (await attesterRegistry.wasValid(attesterId, anchoredAt)),
  });
  list.expect(valid, {
    check: "attester",
    proofId,
    passed: `attester ${attesterId} was valid at ${isoTime(producedAt)} and ${isoTime(anchoredAt)}`,
    failed: `attester ${attesterId} was not valid at ${isoTime(producedAt)} or ${isoTime(anchoredAt)}, as known today`,
  });
}
