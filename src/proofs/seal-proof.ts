import type { AttesterSigner } from "../attesters/sign-digest.ts";
import { evidenceHash } from "./evidence-bytes.ts";
import { PROOF_TYPES, ZERO_ADDRESS, ZERO_HASH, digestOf, submitterId, typedDataDomain } from "./proof.ts";
import type { ProofDomain, SealedProof } from "./proof.ts";
import type { Hex, Statement } from "./statement.ts";

/** Gives the seal for a digest: a zk proof that has the digest among its public inputs. */
export type ProveDigest = (digest: Hex) => Promise<Hex>;

/** Who stands behind a proof: an attester or a zk proof, checked by a verifier, or nobody but its submitter (vanilla). */
export type Backing =
  | { readonly kind: "attester"; readonly attester: AttesterSigner; readonly verifier: Hex }
  | { readonly kind: "prover"; readonly prove: ProveDigest; readonly verifier: Hex }
  | { readonly kind: "vanilla"; readonly submitter: string };

export interface SealProofOptions {
  readonly statement: Statement;
  readonly evidence: Uint8Array;
  /** Raw Blob ID of the evidence; left out for a proof that goes into a batch. */
  readonly blobId?: Hex;
  readonly backing: Backing;
  readonly domain: ProofDomain;
}

/** Joins statement and evidence to a proof, and has the attester sign its digest or the prover prove it. */
export async function sealProof({
  statement,
  evidence,
  blobId,
  backing,
  domain,
}: SealProofOptions): Promise<SealedProof> {
  const proof = {
    statement,
    evidence: {
      verifier: backing.kind === "vanilla" ? ZERO_ADDRESS : backing.verifier,
      attesterId: attesterIdOf(backing),
      blobId: blobId ?? ZERO_HASH,
      contentHash: evidenceHash(evidence),
      size: BigInt(evidence.length),
    },
  };
  if (backing.kind === "vanilla") return { proof, seal: "0x" };
  const digest = digestOf({ proof, domain });
  if (backing.kind === "prover") return { proof, seal: await backing.prove(digest) };
  const message = { domain: typedDataDomain(domain), types: PROOF_TYPES, value: { ...proof } };
  return { proof, seal: await backing.attester.sign(digest, message) };
}

/** Of a zk proof zero: nobody signs it, so it names nobody. */
function attesterIdOf(backing: Backing): Hex {
  switch (backing.kind) {
    case "attester":
      return backing.attester.attesterId;
    case "prover":
      return ZERO_HASH;
    case "vanilla":
      return submitterId(backing.submitter);
  }
}
