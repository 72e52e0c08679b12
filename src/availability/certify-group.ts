import type { BlobAvailability } from "../../typechain/BlobAvailability.ts";
import { callChain } from "../chain/revert.ts";
import { sendTransaction, type SendProgress } from "../chain/send.ts";
import type { Hex } from "../chain/sign-digest.ts";
import { ScrimshawError } from "../errors.ts";
import type { CollectedCertificate } from "../walrus/collect-certificate.ts";
import { certificatesForChain } from "./certificate-for-chain.ts";
import { describeStatus, STATUS_UNKNOWN_COMMITTEE, STATUS_VALID } from "./certificate-status.ts";

export interface CertifyGroupOptions {
  readonly registry: BlobAvailability;
  /** Whose committee the certificates are judged by. */
  readonly source: Hex;
  /** By the same signers, in ascending order of Blob IDs. */
  readonly group: readonly CollectedCertificate[];
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((event: SendProgress) => void) | undefined;
}

interface Call {
  readonly messages: string[];
  readonly certificate: Hex;
}

const callOf = (group: readonly CollectedCertificate[]): Call => ({
  messages: group.map(({ certificate }) => certificate.message),
  certificate: certificatesForChain(group.map(({ certificate }) => certificate)),
});

/** One blob alone is cheaper as one. */
function methodOf({ registry, source }: CertifyGroupOptions, { messages, certificate }: Call) {
  const [first = ""] = messages;
  return messages.length === 1
    ? {
        check: () => registry.checkCertificate(source, first, certificate),
        estimate: () => registry.certify.estimateGas(source, first, certificate),
        send: () => registry.certify(source, first, certificate),
      }
    : {
        check: () => registry.checkCertificates(source, messages, certificate),
        estimate: () => registry.certifyMany.estimateGas(source, messages, certificate),
        send: () => registry.certifyMany(source, messages, certificate),
      };
}

/** Asks the chain, without a transaction, whether it accepts certificates. */
async function requireAccepted(options: CertifyGroupOptions, check: () => Promise<bigint>): Promise<void> {
  const { registry, source, group } = options;
  const status = Number(
    await callChain({ what: "check a certificate", call: check, interfaces: [registry.interface] }),
  );
  if (status === STATUS_VALID) return;
  const [first] = group;
  const { blobId, epoch } = first?.facts ?? { blobId: "none", epoch: 0 };
  const which = group.length === 1 ? `the certificate of blob ${blobId}` : `the certificates of ${group.length} blobs`;
  throw new ScrimshawError({
    code: "availability.certificate-refused",
    expected: `the chain to accept ${which} in epoch ${epoch}, by the committees of ${source}`,
    found: describeStatus(status),
    next:
      status === STATUS_UNKNOWN_COMMITTEE
        ? "Bring the committee with `npx hardhat committee import`, or name another --source."
        : "See docs/availability.md for what each status means.",
  });
}

/**
 * The gas that certificates by the same signers take in their transaction.
 * @throws ScrimshawError `availability.certificate-refused`, and others of the room `chain`
 */
export async function estimateGroup(options: CertifyGroupOptions): Promise<bigint> {
  const { check, estimate } = methodOf(options, callOf(options.group));
  await requireAccepted(options, check);
  return callChain({
    what: "estimate the gas of certifying",
    call: estimate,
    interfaces: [options.registry.interface],
  });
}

/**
 * Has the chain verify certificates by the same signers, in one transaction. It is asked first without one.
 * @throws ScrimshawError `availability.certificate-refused`, `chain.reverted` and others of `sendTransaction`
 */
export async function certifyGroup(
  options: CertifyGroupOptions,
): Promise<{ readonly transactionHash: Hex; readonly gasUsed: bigint }> {
  const { group, signal, onProgress } = options;
  const { check, send } = methodOf(options, callOf(group));
  await requireAccepted(options, check);
  const receipt = await sendTransaction({
    ...{ what: `certify ${group.length} blobs`, send },
    ...(signal && { signal }),
    ...(onProgress && { onProgress }),
  });
  return { transactionHash: receipt.hash as Hex, gasUsed: receipt.gasUsed };
}
