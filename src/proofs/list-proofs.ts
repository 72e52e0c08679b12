import type { Provider } from "ethers";

import type { ProofRegistry } from "../../typechain/ProofRegistry.ts";
import { scanLogs } from "../chain/logs.ts";
import { ScrimshawError } from "../errors.ts";
import { submitterId } from "./proof.ts";
import { decodeRecordEvent } from "./find-record.ts";
import type { RecordEvent } from "./find-record.ts";
import type { Hex } from "./statement.ts";

export interface SettlementEvent {
  readonly batchId: Hex;
  readonly settler: string;
  readonly count: number;
  readonly settledAt: bigint;
  readonly blockNumber: number;
  readonly transactionHash: string;
}

export type ProofEvent =
  { readonly kind: "proof"; readonly event: RecordEvent } | { readonly kind: "batch"; readonly event: SettlementEvent };

export interface ListProofsOptions {
  readonly registry: ProofRegistry;
  readonly provider: Provider;
  /** First block to look at: the registry's deployment, or later. */
  readonly fromBlock: number;
  readonly toBlock?: number;
  /** Only proofs of this model; batches then are left out, since the chain does not say what they hold. */
  readonly modelId?: Hex;
  /** Only the settlement of this batch, and proofs recorded from it. */
  readonly batchId?: Hex;
  /** Only proofs of this attester (a vanilla proof's submitter, padded); batches are left out. */
  readonly attesterId?: Hex;
  readonly signal?: AbortSignal;
}

/**
 * Recorded proofs and settled batches in the order of the chain, one at a time, from events alone.
 * @throws ScrimshawError of the room `chain`
 */
export async function* listProofs(options: ListProofsOptions): AsyncGenerator<ProofEvent> {
  const { registry, provider, fromBlock, toBlock, modelId, attesterId, batchId, signal } = options;
  const filtered = modelId !== undefined || attesterId !== undefined;
  const names = filtered
    ? (["ProofRecorded", "ProofRecordedFromBatch"] as const)
    : (["ProofRecorded", "ProofRecordedFromBatch", "BatchSettled"] as const);
  const topics = [names.map((name) => registry.interface.getEvent(name).topicHash)];
  const address = await registry.getAddress();
  const range = { fromBlock, ...(toBlock !== undefined && { toBlock }), ...(signal && { signal }) };
  for await (const log of scanLogs({ provider, address, topics, ...range })) {
    const event = decodeRecordEvent({ registry, log });
    if (event !== undefined) {
      const { statement, evidence } = event.proof;
      if (modelId !== undefined && statement.modelId !== modelId) continue;
      if (attesterId !== undefined && evidence.attesterId !== attesterId) continue;
      if (batchId !== undefined && event.place?.batchId !== batchId) continue;
      yield { kind: "proof", event };
      continue;
    }
    const parsed = registry.interface.parseLog(log);
    if (parsed?.name !== "BatchSettled") continue;
    const settled = parsed.args.getValue("batchId") as Hex;
    if (batchId !== undefined && settled !== batchId) continue;
    yield {
      kind: "batch",
      event: {
        batchId: settled,
        settler: parsed.args.getValue("settler") as string,
        count: Number((parsed.args.getValue("batch") as { count: bigint }).count),
        settledAt: parsed.args.getValue("settledAt") as bigint,
        blockNumber: log.blockNumber,
        transactionHash: log.transactionHash,
      },
    };
  }
}

/**
 * An attester id from what people have at hand: the id itself, or an address or its name in the address book, which stands for a vanilla
 * proof's submitter.
 * @throws ScrimshawError `proofs.attester-invalid`
 */
export function attesterFilter(text: string, addressBook: Readonly<Record<string, string>> = {}): Hex {
  const known = Object.hasOwn(addressBook, text) ? (addressBook[text] ?? text) : text;
  if (/^0x[0-9a-fA-F]{64}$/.test(known)) return known.toLowerCase() as Hex;
  if (/^0x[0-9a-fA-F]{40}$/.test(known)) return submitterId(known.toLowerCase());
  throw new ScrimshawError({
    code: "proofs.attester-invalid",
    expected: "an attester id (0x and 64 hex digits), an address, or a name of the address book",
    found: JSON.stringify(text.slice(0, 80)),
    next: "Copy the attester id from `npx hardhat proof list --json`.",
  });
}
