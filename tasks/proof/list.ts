import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import { runCommand } from "../../src/hardhat/command.ts";
import { openEnvironment } from "../../src/hardhat/environment.ts";
import { openModelNames } from "../../src/hardhat/model-names.ts";
import type { ModelNames } from "../../src/hardhat/model-names.ts";
import { parseReference } from "../../src/models/reference.ts";
import { attesterFilter, listProofs } from "../../src/proofs/list-proofs.ts";
import type { ProofEvent } from "../../src/proofs/list-proofs.ts";
import { modelIdOf } from "../../src/models/model-id.ts";

interface ListArguments {
  readonly model: string | undefined;
  readonly attester: string | undefined;
  readonly offset: number;
  readonly limit: number;
  readonly registry: string | undefined;
  readonly json: boolean;
}

const BYTES32 = /^0x[0-9a-fA-F]{64}$/;

/** What `--json` prints of one entry. */
async function summary({ kind, event }: ProofEvent, nameOf: ModelNames) {
  const { blockNumber, transactionHash } = event;
  if (kind === "batch") {
    const { batchId, settler, count, settledAt } = event;
    return { kind, batchId, settler, count, anchoredAt: settledAt, blockNumber, transactionHash };
  }
  const { recordId, proofId, proof, anchoredAt, place } = event;
  const { statement, evidence } = proof;
  return {
    kind,
    recordId,
    proofId,
    model: (await nameOf(statement.modelId)) ?? null,
    statement,
    evidence,
    anchoredAt,
    batchId: place?.batchId ?? null,
    blockNumber,
    transactionHash,
  };
}

async function line({ kind, event }: ProofEvent, nameOf: ModelNames): Promise<string> {
  if (kind === "batch") return `batch  ${event.batchId}  ${event.count} proofs  block ${event.blockNumber}`;
  const { statement } = event.proof;
  const name = (await nameOf(statement.modelId)) ?? `model ${statement.modelId}`;
  return `proof  ${event.recordId}  ${name}@${statement.modelVersion}  block ${event.blockNumber}`;
}

export default async function list(args: ListArguments, hre: HardhatRuntimeEnvironment): Promise<void> {
  await runCommand({
    schema: "scrimshaw.proof-list/1",
    json: args.json,
    run: async ({ signal }) => {
      const environment = await openEnvironment(hre, { addresses: { proofRegistry: args.registry } });
      try {
        const registry = await environment.contract("proofRegistry");
        const { block } = await environment.deployment();
        const { model, attester, offset, limit } = args;
        const modelId =
          model === undefined || BYTES32.test(model)
            ? (model?.toLowerCase() as `0x${string}` | undefined)
            : modelIdOf(parseReference({ text: model, addressBook: environment.addressBook }));
        const events: ProofEvent[] = [];
        let skipped = 0;
        const found = listProofs({
          registry,
          provider: environment.provider,
          fromBlock: block,
          ...(modelId !== undefined && { modelId }),
          ...(attester !== undefined && { attesterId: attesterFilter(attester, environment.addressBook) }),
          signal,
        });
        for await (const event of found) {
          if (skipped < offset) skipped += 1;
          else if (events.length < limit) events.push(event);
          else break;
        }
        const nameOf = await openModelNames(environment);
        const lines = await Promise.all(events.map((event) => line(event, nameOf)));
        return {
          result: { events: await Promise.all(events.map((event) => summary(event, nameOf))) },
          lines: lines.length === 0 ? ["none"] : lines,
        };
      } finally {
        await environment.close();
      }
    },
  });
}
