import type { BlobId } from "./blob-id.ts";
import { collectCertificates, type CollectCertificatesOptions } from "./collect-certificates.ts";
import type { Certificate, CertificateFacts } from "./verify-certificate.ts";

export interface CollectCertificateOptions extends Omit<CollectCertificatesOptions, "blobIds"> {
  readonly blobId: BlobId;
}

/** A certificate that was verified, and what it shows. */
export interface CollectedCertificate {
  readonly certificate: Certificate;
  readonly facts: CertificateFacts;
}

/**
 * Asks the storage nodes to sign that they hold a blob now, until a quorum by weight has. Every signature is checked against its
 * node's own key before it counts, so what slow, silent and lying nodes do matters only once they outweigh f. Anyone can do so in any
 * epoch.
 * @throws ScrimshawError `walrus.certificate-below-quorum`, `walrus.committee-invalid`, `walrus.blob-id-invalid`; the
 * signal's reason when aborted
 */
export async function collectCertificate({
  blobId,
  ...options
}: CollectCertificateOptions): Promise<CollectedCertificate> {
  const { groups, missing } = await collectCertificates({ ...options, blobIds: [blobId] });
  const [[collected] = []] = groups;
  if (collected !== undefined) return collected;
  throw missing.get(blobId) ?? new RangeError("neither a certificate nor a reason");
}
