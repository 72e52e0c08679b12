import type { AttesterRegistry } from "../../typechain/AttesterRegistry.ts";
import { newestTime } from "./newest-time.ts";
import { type AttesterRecord, requireAttester } from "./records.ts";
import { type ChangeOptions, type SentTransaction, sendChange } from "./send-change.ts";
import type { Hex } from "./sign-digest.ts";

export interface RevokeAttesterOptions extends ChangeOptions {
  /** Connected to an account that the registry's access manager admits. */
  readonly registry: AttesterRegistry;
  readonly attesterId: Hex;
  /** From when on the key is no longer believed, in Unix seconds; default: the newest block's time. A theft may lie back. */
  readonly revokedAt?: bigint;
  /** For people: at most 256 bytes, kept in the event. */
  readonly reason: string;
}

export interface AttesterRevocation {
  readonly attester: AttesterRecord;
  /** Undefined if it was revoked for this time or an earlier one already. */
  readonly transaction: SentTransaction | undefined;
}

/**
 * Revokes a key from a time on. Proofs from before that time stay as they are.
 * @throws ScrimshawError `attesters.unknown`, errors of the room `chain`
 */
export async function revokeAttester(options: RevokeAttesterOptions): Promise<AttesterRevocation> {
  const { registry, attesterId, reason } = options;
  const before = await requireAttester(registry, attesterId);
  const revokedAt = options.revokedAt ?? (await newestTime(registry));
  if (before.revokedAt !== undefined && before.revokedAt <= revokedAt)
    return { attester: before, transaction: undefined };
  const send = () => registry.revoke(attesterId, revokedAt, reason);
  const transaction = await sendChange("revoke the attester", send, options);
  return { attester: await requireAttester(registry, attesterId), transaction };
}
