import { checkBinding, checkEvidenceHash, readContent } from "./check-bytes.ts";
import type { SealSubject } from "./check-seal.ts";
import type { Audit } from "./context.ts";
import type { RerunSubject } from "./rerun.ts";
import type { SharedChecks } from "./shared-checks.ts";

export interface ContentSubject extends SealSubject {
  /** The evidence bytes as fetched, right or wrong; undefined where none could be had. */
  readonly evidence: Uint8Array | undefined;
}

/**
 * All that is asked of one proof once its place on chain and its bytes are known: the same alone and in a batch. Gives back what is
 * needed to run its inference again, if that is wanted.
 */
export async function auditContent(
  audit: Audit,
  subject: ContentSubject,
  { models, attesters, seals }: SharedChecks,
): Promise<RerunSubject | undefined> {
  const { proof, proofId, evidence } = subject;
  const { statement } = proof;
  const { list } = audit;
  const sound = evidence !== undefined && checkEvidenceHash(audit, { proof, proofId, bytes: evidence });
  if (sound) {
    checkBinding(audit, { proof, proofId, bytes: evidence });
  } else if (evidence !== undefined) {
    list.notChecked("binding", "the evidence bytes are not those of the proof", proofId);
  }
  await seals.check(subject, list);
  await attesters.check(subject, list);
  const manifest = await models.check({ statement, proofId, list });
  if (audit.rerun !== true) return undefined;
  const published = sound ? await readContent(evidence, audit.identities) : "it is not the evidence of this proof";
  const disclosed = audit.disclosures?.find((one) => one.proofId === proofId);
  const content = typeof published === "string" || disclosed === undefined ? published : { ...published, ...disclosed };
  return { statement, proofId, manifest, content };
}
