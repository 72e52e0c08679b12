import type { BlobAvailability } from "../../typechain/BlobAvailability.ts";
import type { Hex } from "../chain/sign-digest.ts";
import { callChain } from "../chain/revert.ts";
import { sendTransaction, type SendProgress } from "../chain/send.ts";
import { ScrimshawError } from "../errors.ts";
import { type BlobId, blobIdToHex } from "../walrus/blob-id.ts";
import { parseSignature } from "../walrus/bls.ts";
import type { CollectedCertificate } from "../walrus/collect-certificate.ts";
import type { Certificate } from "../walrus/verify-certificate.ts";

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

const VALID = 1;
const UNKNOWN_COMMITTEE = 6;

/** A certificate as `BlobAvailability` takes it: the signature, 192 bytes uncompressed, then the bitmap of the signers. */
export function certificateForChain({ signature, bitmap }: Certificate): Hex {
  const point = parseSignature(Buffer.from(signature.slice(2), "hex"));
  return `0x${Buffer.from(point.toBytes(false)).toString("hex")}${bitmap.slice(2)}`;
}

export interface CertifyBlobOptions {
  readonly registry: BlobAvailability;
  /** Whose committee the certificate is judged by. */
  readonly source: Hex;
  readonly blobId: BlobId;
  readonly collected: CollectedCertificate;
  readonly signal?: AbortSignal;
  readonly onProgress?: (event: SendProgress) => void;
}

export interface CertifiedBlob {
  readonly epoch: number;
  /** Undefined if the chain knew of this epoch's certificate before. */
  readonly transactionHash: Hex | undefined;
  readonly gasUsed: bigint | undefined;
}

/**
 * Has the chain verify a certificate and remember that the blob was available in its epoch. It is asked first without a transaction.
 * @throws ScrimshawError `availability.certificate-refused`, `chain.reverted` and others of `sendTransaction`
 */
export async function certifyBlob(options: CertifyBlobOptions): Promise<CertifiedBlob> {
  const { registry, source, blobId, collected, signal, onProgress } = options;
  const { certificate, facts } = collected;
  const { epoch } = facts;
  const interfaces = [registry.interface];
  const last = await callChain({
    what: "read when a blob was certified",
    call: () => registry.lastCertified(source, blobIdToHex(blobId)),
    interfaces,
  });
  if (last.epochStart !== 0n && Number(last.epoch) >= epoch) {
    return { epoch: Number(last.epoch), transactionHash: undefined, gasUsed: undefined };
  }
  const encoded = certificateForChain(certificate);
  const status = await callChain({
    what: "check a certificate",
    call: () => registry.checkCertificate(source, certificate.message, encoded),
    interfaces,
  });
  if (Number(status) !== VALID) throw refused(options, Number(status));
  const receipt = await sendTransaction({
    ...{ what: `certify blob ${blobId}`, send: () => registry.certify(source, certificate.message, encoded) },
    ...(signal && { signal }),
    ...(onProgress && { onProgress }),
  });
  return { epoch, transactionHash: receipt.hash as Hex, gasUsed: receipt.gasUsed };
}

function refused({ source, blobId, collected }: CertifyBlobOptions, status: number): ScrimshawError {
  const { epoch } = collected.facts;
  return new ScrimshawError({
    code: "availability.certificate-refused",
    expected: `the chain to accept the certificate of blob ${blobId} in epoch ${epoch}, by the committees of ${source}`,
    found: describeStatus(status),
    next:
      status === UNKNOWN_COMMITTEE
        ? "Bring the committee with `npx hardhat committee import`, or name another --source."
        : "See docs/availability.md for what each status means.",
  });
}
