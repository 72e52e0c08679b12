/** `CertificateStatus` of the contracts, by its numbers, in words. */
const STATUS = [
  "the call was given too little gas",
  "valid",
  "the chain lacks the BLS12-381 precompiles of EIP-2537",
  "the message is none of Walrus's",
  "the messages are not in ascending order",
  "the messages are of several epochs",
  "the source has not brought the committee of this epoch",
  "the certificate is of an epoch that ended too long ago",
  "the bitmap names somebody who is no member",
  "the signers hold too few shards",
  "the signature is no pair of coordinates",
  "the signers' keys cancel each other out",
  "the signature is outside its group",
  "the signature is not that of the signers",
] as const;

/** A `CertificateStatus` in words. */
export function describeStatus(status: number): string {
  return `status ${status}: ${STATUS[status] ?? "unknown"}`;
}

export const STATUS_VALID = 1;
export const STATUS_UNKNOWN_COMMITTEE = 6;
