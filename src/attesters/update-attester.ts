import type { AttesterRegistry } from "../../typechain/AttesterRegistry.ts";
import type { BlobReference } from "../walrus/blob-store.ts";
import { type AttesterRecord, referenceForChain, requireAttester } from "./records.ts";
import { type ChangeOptions, type SentTransaction, sendChange } from "./send-change.ts";
import type { Hex } from "./sign-digest.ts";

export interface UpdateAttesterOptions extends ChangeOptions {
  /** Connected to the account that the registry's access manager admits. */
  readonly registry: AttesterRegistry;
  readonly attesterId: Hex;
  /** Where it is reached now; left out, that stays. */
  readonly endpoint?: string;
  /** Its new document, which was verified and stored; left out, that stays. */
  readonly document?: BlobReference;
}

export interface UpdatedAttester {
  readonly attester: AttesterRecord;
  /** What had to be sent; none for what is like this already. */
  readonly transactions: readonly SentTransaction[];
}

/**
 * Changes where an attester is reached and which document stands for it.
 * @throws ScrimshawError `attesters.unknown`, and those of `sendTransaction`
 */
export async function updateAttester(options: UpdateAttesterOptions): Promise<UpdatedAttester> {
  const { registry, attesterId, endpoint, document } = options;
  const before = await requireAttester(registry, attesterId);
  const transactions: SentTransaction[] = [];
  if (document !== undefined && !isSame(document, before.document)) {
    const send = () => registry.setDocument(attesterId, referenceForChain(document));
    transactions.push(await sendChange("set the attester's document", send, options));
  }
  if (endpoint !== undefined && endpoint !== before.endpoint) {
    const send = () => registry.setEndpoint(attesterId, endpoint);
    transactions.push(await sendChange("set the attester's endpoint", send, options));
  }
  return { attester: await requireAttester(registry, attesterId), transactions };
}

function isSame(a: BlobReference, b: BlobReference | undefined): boolean {
  return a.blobId === b?.blobId && a.contentHash === b.contentHash && a.size === b.size;
}
