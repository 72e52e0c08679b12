import type { Log, Provider } from "ethers";

import type { ProofRegistry, ProofStructOutput } from "../../typechain/ProofRegistry.ts";
import { callChain } from "../chain/revert.ts";
import { revertedWith } from "../chain/reverted-with.ts";
import { scanLogs } from "../chain/logs.ts";
import { ScrimshawError } from "../errors.ts";
import { proofFromChain } from "./from-chain.ts";
import type { SealedProof } from "./proof.ts";
import type { Hex } from "./statement.ts";

/** A proof as `ProofRegistry.proofOf` holds it. */
export interface ProofRecord {
  readonly recordId: Hex;
  readonly proofId: Hex;
  readonly statementHash: Hex;
  readonly verifier: Hex;
  readonly attesterId: Hex;
  readonly blobId: Hex;
  readonly contentHash: Hex;
  readonly size: bigint;
  /** Anchor time in Unix seconds. */
  readonly anchoredAt: bigint;
  readonly fromBatch: boolean;
  readonly withdrawn: boolean;
  /** Unix seconds; 0 if it was not withdrawn. */
  readonly withdrawnAt: bigint;
}

/** Where and with what a proof was recorded, read from the event of its transaction. */
export interface RecordEvent extends SealedProof {
  readonly recordId: Hex;
  readonly proofId: Hex;
  readonly anchoredAt: bigint;
  readonly blockNumber: number;
  readonly transactionHash: string;
  /** For a leaf of a batch: the batch, and where in its bundle the evidence stands. */
  readonly place?: { readonly batchId: Hex; readonly offset: bigint; readonly length: bigint };
}

const hex = (value: string): Hex => value.toLowerCase() as Hex;

/**
 * The stored record, or undefined where nothing is recorded under this id.
 * @throws ScrimshawError of the room `chain`
 */
export async function findRecord({
  registry,
  recordId,
}: {
  readonly registry: ProofRegistry;
  readonly recordId: Hex;
}): Promise<ProofRecord | undefined> {
  const record = await callChain({
    what: "read the proof",
    call: async () => {
      try {
        return await registry.proofOf(recordId);
      } catch (error) {
        if (revertedWith(registry.interface, error, "ProofRegistryUnknownRecord")) return undefined;
        throw error;
      }
    },
    interfaces: [registry.interface],
  });
  if (record === undefined) return undefined;
  return {
    recordId,
    proofId: hex(record.proofId),
    statementHash: hex(record.statementHash),
    verifier: hex(record.verifier),
    attesterId: hex(record.attesterId),
    blobId: hex(record.blobId),
    contentHash: hex(record.contentHash),
    size: record.size,
    anchoredAt: record.anchoredAt,
    fromBatch: record.fromBatch,
    withdrawn: record.withdrawn,
    withdrawnAt: record.withdrawnAt,
  };
}

/**
 * Reads `ProofRecorded` and `ProofRecordedFromBatch`; undefined for any other event.
 * @throws ScrimshawError `chain.logs-foreign` for bytes that are no such event
 */
export function decodeRecordEvent({
  registry,
  log,
}: {
  readonly registry: ProofRegistry;
  readonly log: Log;
}): RecordEvent | undefined {
  try {
    return readRecordEvent(registry, log);
  } catch (cause) {
    throw new ScrimshawError({
      code: "chain.logs-foreign",
      expected: "an event of the ProofRegistry",
      found: `bytes that are none, in block ${log.blockNumber}`,
      next: "The node does not answer as one should; use another one.",
      cause,
    });
  }
}

function readRecordEvent(registry: ProofRegistry, log: Log): RecordEvent | undefined {
  const parsed = registry.interface.parseLog(log);
  if (parsed === null) return undefined;
  // By name through getValue: `args.length` would be the number of arguments.
  const word = (name: string): Hex => hex(parsed.args.getValue(name) as string);
  const uint64 = (name: string): bigint => parsed.args.getValue(name) as bigint;
  const common = () => ({
    proofId: word("proofId"),
    proof: proofFromChain(parsed.args.getValue("proof") as ProofStructOutput),
    seal: word("seal"),
    anchoredAt: uint64("anchoredAt"),
    blockNumber: log.blockNumber,
    transactionHash: log.transactionHash,
  });
  if (parsed.name === "ProofRecorded") return { ...common(), recordId: word("proofId") };
  if (parsed.name !== "ProofRecordedFromBatch") return undefined;
  const place = { batchId: word("batchId"), offset: uint64("offset"), length: uint64("length") };
  return { ...common(), recordId: word("recordId"), place };
}

export interface FindRecordEventOptions {
  readonly registry: ProofRegistry;
  readonly provider: Provider;
  readonly recordId: Hex;
  /** First block that can hold the event: the registry's deployment. */
  readonly fromBlock: number;
  readonly signal?: AbortSignal;
}

/** The event that recorded `recordId`, or undefined if the node shows none. */
export async function findRecordEvent(options: FindRecordEventOptions): Promise<RecordEvent | undefined> {
  const { registry, provider, recordId, fromBlock, signal } = options;
  const events = ["ProofRecorded", "ProofRecordedFromBatch"] as const;
  const topics = [events.map((name) => registry.interface.getEvent(name).topicHash), recordId];
  const address = await registry.getAddress();
  for await (const log of scanLogs({ provider, address, topics, fromBlock, ...(signal && { signal }) })) {
    const event = decodeRecordEvent({ registry, log });
    if (event !== undefined) return event;
  }
  return undefined;
}
