import type { AttesterRegistry } from "../../typechain/AttesterRegistry.ts";
import { callChain } from "../chain/revert.ts";
import { ScrimshawError } from "../errors.ts";
import { type AttesterRecord, requireAttester } from "./records.ts";
import { type ChangeOptions, type SentTransaction, sendChange } from "./send-change.ts";
import type { AttesterSigner } from "./sign-digest.ts";
import { lifeMessage } from "./typed-data.ts";

export interface ProveLifeOptions extends ChangeOptions {
  /** Connected to whatever account pays: it needs no right. */
  readonly registry: AttesterRegistry;
  readonly attester: AttesterSigner;
}

export interface LifeProof {
  readonly attester: AttesterRecord;
  readonly blockNumber: bigint;
  readonly transaction: SentTransaction;
}

/**
 * Has an attester sign the hash of the newest block, which nobody knew before, and brings the signature to the registry.
 * @throws ScrimshawError `attesters.unknown`, `chain.unreachable`, what the attester's signer throws, and those of `sendTransaction`
 */
export async function proveLife(options: ProveLifeOptions): Promise<LifeProof> {
  const { registry, attester } = options;
  const { attesterId } = attester;
  await requireAttester(registry, attesterId);
  const { chainId, blockNumber, blockHash } = await callChain({
    what: "read the newest block",
    call: async () => {
      const provider = registry.runner?.provider;
      const [network, block] = await Promise.all([provider?.getNetwork(), provider?.getBlock("latest")]);
      return { chainId: network?.chainId, blockNumber: block?.number, blockHash: block?.hash ?? undefined };
    },
  });
  if (chainId === undefined || blockNumber === undefined || blockHash === undefined) throw noBlock();
  const domain = { chainId, registry: await registry.getAddress() };
  const life = lifeMessage(domain, { attesterId, blockNumber: BigInt(blockNumber), blockHash });
  const seal = await attester.sign(life.digest, life.message);
  const send = () => registry.proveLife(attesterId, blockNumber, seal);
  const transaction = await sendChange("note that the attester is alive", send, options);
  return { attester: await requireAttester(registry, attesterId), blockNumber: BigInt(blockNumber), transaction };
}

function noBlock(): ScrimshawError {
  return new ScrimshawError({
    code: "chain.request-failed",
    expected: "the node to give its newest block",
    found: "none",
    next: "Try again, or use another node.",
  });
}
