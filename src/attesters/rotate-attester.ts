import type { AttesterRegistry } from "../../typechain/AttesterRegistry.ts";
import { callChain } from "../chain/revert.ts";
import { type Admission, admissionForChain } from "./add-attester.ts";
import { attesterIdOf } from "./attester-id.ts";
import { type AttesterRecord, requireAttester } from "./records.ts";
import { type ChangeOptions, type SentTransaction, sendChange } from "./send-change.ts";
import type { AttesterSigner, Hex } from "./sign-digest.ts";
import { successionMessage } from "./typed-data.ts";

export interface RotateAttesterOptions extends ChangeOptions {
  /** Connected to the account that the registry's access manager admits. */
  readonly registry: AttesterRegistry;
  /** The attester to replace. */
  readonly attesterId: Hex;
  readonly successor: Admission;
  /** For how many seconds from the block on the old key may still attest; 0 ends it now. */
  readonly overlap: bigint;
  /** Signs with the new key that somebody holds it; left out, nobody asks. */
  readonly holder?: AttesterSigner;
}

export interface RotatedAttester {
  readonly before: AttesterRecord;
  readonly successor: AttesterRecord;
  /** Undefined if the one had replaced the other before. */
  readonly transaction: SentTransaction | undefined;
}

/**
 * Admits a key in the place of another and links the two. The same rotation again changes nothing.
 * @throws ScrimshawError `attesters.unknown`, what the holder's signer throws, and those of `sendTransaction`
 */
export async function rotateAttester(options: RotateAttesterOptions): Promise<RotatedAttester> {
  const { registry, attesterId, successor, overlap, holder } = options;
  const successorId = attesterIdOf(successor.signer);
  const before = await requireAttester(registry, attesterId);
  if (before.successor === successorId)
    return { before, successor: await requireAttester(registry, successorId), transaction: undefined };
  const possession = holder === undefined ? "0x" : await possessionOf(registry, { attesterId, successorId }, holder);
  const send = () => registry.rotate(attesterId, admissionForChain(successor), overlap, possession);
  const transaction = await sendChange("rotate the attester", send, options);
  return {
    before: await requireAttester(registry, attesterId),
    successor: await requireAttester(registry, successorId),
    transaction,
  };
}

async function possessionOf(
  registry: AttesterRegistry,
  ids: { readonly attesterId: Hex; readonly successorId: Hex },
  holder: AttesterSigner,
): Promise<Hex> {
  const provider = registry.runner?.provider;
  const network = await callChain({
    what: "read the chain id",
    call: () => provider?.getNetwork() ?? Promise.resolve(undefined),
  });
  const domain = { chainId: network?.chainId ?? 0n, registry: await registry.getAddress() };
  const { digest, message } = successionMessage(domain, ids);
  return holder.sign(digest, message);
}
