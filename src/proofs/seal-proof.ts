import type { AttesterSigner } from "../attesters/sign-digest.ts";
import { evidenceHash } from "./evidence-bytes.ts";
import { PROOF_TYPES, ZERO_ADDRESS, ZERO_HASH, digestOf, submitterId, typedDataDomain } from "./proof.ts";
import type { ProofDomain, SealedProof } from "./proof.ts";
import type { Hex, Statement } from "./statement.ts";

/** Who stands behind a proof: an attester, checked by a verifier, or nobody but its submitter (vanilla). */
export type Backing =
  | { readonly kind: "attester"; readonly attester: AttesterSigner; readonly verifier: Hex }
  | { readonly kind: "vanilla"; readonly submitter: string };

export interface SealProofOptions {
  readonly statement: Statement;
  readonly evidence: Uint8Array;
  /** Raw Blob ID of the evidence; left out for a proof that goes into a batch. */
  readonly blobId?: Hex;
  readonly backing: Backing;
  readonly domain: ProofDomain;
}

/** Joins statement and evidence to a proof, and has the attester sign its digest. */
export async function sealProof({
  statement,
  evidence,
  blobId,
  backing,
  domain,
}: SealProofOptions): Promise<SealedProof> {
  const attested = backing.kind === "attester";
  const proof = {
    statement,
    evidence: {
      verifier: attested ? backing.verifier : ZERO_ADDRESS,
      attesterId: attested ? backing.attester.attesterId : submitterId(backing.submitter),
      blobId: blobId ?? ZERO_HASH,
      contentHash: evidenceHash(evidence),
      size: BigInt(evidence.length),
    },
  };
  if (!attested) return { proof, seal: "0x" };
  const message = { domain: typedDataDomain(domain), types: PROOF_TYPES, value: { ...proof } };
  return { proof, seal: await backing.attester.sign(digestOf({ proof, domain }), message) };
}
