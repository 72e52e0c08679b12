import type { AttesterRegistry } from "../../typechain/AttesterRegistry.ts";
import { callChain } from "../chain/revert.ts";
import { ScrimshawError } from "../errors.ts";
import type { BlobReference } from "../walrus/blob-store.ts";
import { attesterIdOf } from "./attester-id.ts";
import { type AttesterRecord, findAttester, referenceForChain, requireAttester } from "./records.ts";
import { type ChangeOptions, type SentTransaction, sendChange } from "./send-change.ts";
import type { Hex } from "./sign-digest.ts";

/** What is said of a key that is to be admitted. */
export interface Admission {
  /** ERC-7913 bytes; for an EOA its 20-byte address. */
  readonly signer: Hex;
  /** What the attester runs, 32 bytes, approved before; zero if nothing is measured. */
  readonly measurement: string;
  readonly kind: string;
  /** Where the attestation document is on Walrus. */
  readonly document?: BlobReference;
  readonly endpoint: string;
  /** Unix seconds; 0 for the block's time. */
  readonly validFrom: bigint;
  /** Unix seconds, exclusive. */
  readonly validUntil: bigint;
}

export interface AddAttesterOptions extends Admission, ChangeOptions {
  /** Connected to the account that the registry's access manager admits. */
  readonly registry: AttesterRegistry;
}

export interface AddedAttester {
  readonly attester: AttesterRecord;
  /** Undefined if the key was admitted like this before. */
  readonly transaction: SentTransaction | undefined;
}

export function admissionForChain({ document, ...admission }: Admission) {
  const { signer, measurement, kind, endpoint, validFrom, validUntil } = admission;
  return { signer, measurement, kind, document: referenceForChain(document), endpoint, validFrom, validUntil };
}

/**
 * Asks the registry whether it would admit a key, so that nothing is stored for one that it refuses.
 * @throws ScrimshawError `chain.reverted`, for example `AccessManagedUnauthorized` or `AttesterRegistryMeasurementNotApproved`
 */
export async function requireAdmissible(registry: AttesterRegistry, admission: Admission): Promise<void> {
  await callChain({
    what: `add the attester ${admission.signer.slice(0, 42)}`,
    call: () => registry.add.staticCall(admissionForChain(admission)),
    interfaces: [registry.interface],
  });
}

/** The attester of a key that was admitted before with the same measurement, kind and document; undefined if it was not admitted. */
export async function findSameAttester(
  registry: AttesterRegistry,
  { signer, measurement, kind, document }: Pick<Admission, "signer" | "measurement" | "kind" | "document">,
): Promise<AttesterRecord | undefined> {
  const standing = await findAttester(registry, attesterIdOf(signer));
  if (standing === undefined) return undefined;
  const differing = [
    ["measurement", standing.measurement, measurement.toLowerCase()],
    ["kind", standing.kind, kind],
    ["document", standing.document?.contentHash ?? "none", document?.contentHash ?? "none"],
  ].find(([, is, wanted]) => is !== wanted);
  if (differing === undefined) return standing;
  const [what, is, wanted] = differing;
  throw new ScrimshawError({
    code: "attesters.added-otherwise",
    expected: `the key not to be admitted yet, or with the ${what} ${wanted}`,
    found: `attester ${standing.attesterId} with ${is}`,
    next: "Change its document or endpoint with `npx hardhat attester update`; another measurement needs another key.",
  });
}

/**
 * Registers a key that may attest. The same admission again changes nothing.
 * @throws ScrimshawError `attesters.added-otherwise`, `chain.reverted`, for example `AccessManagedUnauthorized`, and the others of
 * `sendTransaction`
 */
export async function addAttester(options: AddAttesterOptions): Promise<AddedAttester> {
  const { registry, signer } = options;
  const standing = await findSameAttester(registry, options);
  if (standing !== undefined) return { attester: standing, transaction: undefined };
  const send = () => registry.add(admissionForChain(options));
  const transaction = await sendChange(`add the attester ${signer.slice(0, 42)}`, send, options);
  return { attester: await requireAttester(registry, attesterIdOf(signer)), transaction };
}
