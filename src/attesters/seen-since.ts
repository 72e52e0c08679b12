import type { AttesterRegistry } from "../../typechain/AttesterRegistry.ts";
import { callChain } from "../chain/revert.ts";
import type { AttesterRecord } from "./records.ts";

export interface SeenSinceOptions {
  readonly registry: AttesterRegistry;
  readonly attesters: readonly AttesterRecord[];
  /** Unix seconds. */
  readonly since: bigint;
  readonly signal?: AbortSignal;
}

/**
 * Those who signed the hash of a block of that time or later. The time at which the signature came to the chain would not do: whoever carries
 * one may hold it back for 256 blocks.
 * @throws ScrimshawError errors of the room `chain`
 */
export async function seenSince({ registry, attesters, since, signal }: SeenSinceOptions): Promise<AttesterRecord[]> {
  const seen: AttesterRecord[] = [];
  for (const attester of attesters) {
    signal?.throwIfAborted();
    const { lastSeen } = attester;
    // It came after its block, so most are told apart without asking.
    if (lastSeen === undefined || lastSeen.time < since) continue;
    const block = await callChain({
      what: "read a block",
      call: async () => (await registry.runner?.provider?.getBlock(Number(lastSeen.blockNumber))) ?? null,
    });
    if (block !== null && BigInt(block.timestamp) >= since) seen.push(attester);
  }
  return seen;
}
