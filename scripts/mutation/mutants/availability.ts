import type { Mutant } from "../mutant.ts";

const of = (file: string, check: string, find: string, replace = ""): Mutant => ({ file, check, find, replace });
const availability = of.bind(undefined, "BlobAvailability.sol");
const lens = of.bind(undefined, "lenses/AvailabilityLens.sol");

/** Checks of what is kept of blobs, and of what consumers are told. */
export const AVAILABILITY_MUTANTS: readonly Mutant[] = [
  availability(
    "certify takes confirmations only",
    "if (kind != WalrusMessage.CONFIRMATION) revert BlobAvailabilityOtherMessage(source, blobId);",
  ),
  availability(
    "certifyMany takes valid certificates only",
    "if (status != CertificateStatus.Valid) revert BlobAvailabilityRefused(status, source, epoch, last, weight);",
  ),
  availability(
    "certifyMany looks at the messages first",
    "        if (status == CertificateStatus.Valid) {\n            (status, epochStart, weight)",
    "        if (messages.length != 0) {\n            (status, epochStart, weight)",
  ),
  availability(
    "invalidate takes only that an ID is invalid",
    "if (kind != WalrusMessage.INVALID_BLOB_ID) revert BlobAvailabilityOtherMessage(source, blobId);",
  ),
  availability("an invalid ID is told once", "        if (blob.invalid) return;\n"),
  availability(
    "checkCertificate knows what is no message",
    "if (kind == WalrusMessage.NONE) return CertificateStatus.MalformedMessage;",
  ),
  availability("checkCertificates looks at the messages", "if (status != CertificateStatus.Valid) return status;"),
  availability("no certificate is of no age", "epochStart != 0 && "),
  availability("a certificate is young enough", " && block.timestamp - epochStart <= maxAgeSeconds"),
  availability(
    "a certificate of exactly the greatest age counts",
    "block.timestamp - epochStart <= maxAgeSeconds",
    "block.timestamp - epochStart < maxAgeSeconds",
  ),
  availability(
    "an invalid ID counts as never certified",
    "if (!blob.invalid) (epoch, epochStart)",
    "(epoch, epochStart)",
  ),
  availability(
    "an invalid ID is never certified again",
    "if (blob.invalid) revert BlobAvailabilityInvalidBlob(source, blobId);",
  ),
  availability("an older certificate changes nothing", "if (epochStart <= blob.epochStart) return;"),
  availability(
    "the same certificate again changes nothing",
    "if (epochStart <= blob.epochStart) return;",
    "if (epochStart < blob.epochStart) return;",
  ),
  availability(
    "what is no message is refused",
    "        if (kind == WalrusMessage.NONE) {\n            revert",
    "        if (source == address(1)) {\n            revert",
  ),
  availability(
    "certify takes valid certificates only",
    "if (status != CertificateStatus.Valid) revert BlobAvailabilityRefused(status, source, epoch, blobId, weight);",
  ),
  availability(
    "of many there is at least one message",
    "if (messages.length == 0) return (CertificateStatus.NotAscending, 0, 0);",
  ),
  availability(
    "of many each is a confirmation",
    "if (kind != WalrusMessage.CONFIRMATION) return (CertificateStatus.MalformedMessage, epoch, blobId);",
  ),
  availability(
    "of many none is of no known form",
    "if (kind != WalrusMessage.CONFIRMATION) return (CertificateStatus.MalformedMessage, epoch, blobId);",
    "if (kind == WalrusMessage.INVALID_BLOB_ID) return (CertificateStatus.MalformedMessage, epoch, blobId);",
  ),
  availability("of many Blob IDs ascend", "else if (blobId <= last)", "else if (blobId == last)"),
  availability("of many no Blob ID comes twice", "else if (blobId <= last)", "else if (blobId < last)"),
  availability("of many all are of one epoch", "else if (itsEpoch != epoch)", "else if (false)"),
  lens("the list is the version's", "if (blobsHash != release.blobsHash) {", "if (false) {"),
  lens("the manifest is available", "requireBlob(release.manifest.blobId, policy);"),
  lens("every blob is available", "requireBlob(blobIds[i], policy);"),
  lens("the first blob is available", "for (uint256 i = 0; i", "for (uint256 i = 1; i"),
  lens("a source is named", "if (policy.source == address(0)) revert AvailabilityLensSourceMissing();"),
  lens(
    "a blob is certified recently enough",
    "revert AvailabilityLensNotAvailable(blobId, policy.source, epochStart, policy.maxAge);",
    "if (epochStart == 0) revert AvailabilityLensNotAvailable(blobId, policy.source, epochStart, policy.maxAge);",
  ),
  lens(
    "a blob is certified",
    "revert AvailabilityLensNotAvailable(blobId, policy.source, epochStart, policy.maxAge);",
    "if (epochStart != 0) revert AvailabilityLensNotAvailable(blobId, policy.source, epochStart, policy.maxAge);",
  ),
];
