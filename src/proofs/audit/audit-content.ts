import { checkBinding, checkEvidenceHash, readContent } from "./check-bytes.ts";
import type { AttesterChecks } from "./check-attester.ts";
import type { ModelChecks } from "./check-model.ts";
import { checkSeal } from "./check-seal.ts";
import type { SealSubject } from "./check-seal.ts";
import type { Audit } from "./context.ts";
import type { Reruns } from "./rerun.ts";

export interface ContentSubject extends SealSubject {
  /** The evidence bytes as fetched, right or wrong; undefined where none could be had. */
  readonly evidence: Uint8Array | undefined;
}

/** What the proofs of one audit share. */
export interface SharedChecks {
  readonly models: ModelChecks;
  readonly attesters: AttesterChecks;
  readonly reruns: Reruns;
}

/** All that is asked of one proof once its place on chain and its bytes are known: the same alone and in a batch. */
export async function auditContent(
  audit: Audit,
  subject: ContentSubject,
  { models, attesters, reruns }: SharedChecks,
): Promise<void> {
  const { proof, proofId, evidence } = subject;
  const { list } = audit;
  const sound = evidence !== undefined && checkEvidenceHash(audit, { proof, proofId, bytes: evidence });
  if (sound) {
    checkBinding(audit, { proof, proofId, bytes: evidence });
  } else if (evidence !== undefined) {
    list.notChecked("binding", "the evidence bytes are not those of the proof", proofId);
  }
  await checkSeal(audit, subject, attesters);
  await attesters.check(subject);
  const manifest = await models.check({ statement: proof.statement, proofId });
  if (audit.rerun !== true) return;
  const published = sound ? await readContent(evidence, audit.identities) : "it is not the evidence of this proof";
  const disclosed = audit.disclosures?.find((one) => one.proofId === proofId);
  const content = typeof published === "string" || disclosed === undefined ? published : { ...published, ...disclosed };
  await reruns.check({ statement: proof.statement, proofId, manifest, content });
}
