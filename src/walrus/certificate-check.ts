import type { BlobId } from "./blob-id.ts";
import { collectCertificate, type CollectCertificateOptions } from "./collect-certificate.ts";

/**
 * A check for audits: collects a fresh certificate of a blob under a committee that the caller trusts, and says in words what it
 * shows. The check throws what `collectCertificate` throws.
 */
export function certificateCheck(
  options: Omit<CollectCertificateOptions, "blobId">,
): (blobId: BlobId) => Promise<string> {
  return async (blobId) => {
    const { facts } = await collectCertificate({ ...options, blobId });
    const { members, nShards } = options.committee;
    return (
      `${facts.signers.length} of ${members.length} storage nodes, weight ${facts.weight} of ${nShards}, ` +
      `signed that they held blob ${blobId} in epoch ${facts.epoch}`
    );
  };
}
