import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import { ScrimshawError } from "../../src/errors.ts";
import { runCommand, toJson } from "../../src/hardhat/command.ts";
import { openEnvironment } from "../../src/hardhat/environment.ts";
import type { Environment } from "../../src/hardhat/environment.ts";
import { modelFilter } from "../../src/hardhat/model-filter.ts";
import { openModelNames } from "../../src/hardhat/model-names.ts";
import type { ModelNames } from "../../src/hardhat/model-names.ts";
import { parseId } from "../../src/proofs/parse-id.ts";
import { attesterFilter, listProofs } from "../../src/proofs/list-proofs.ts";
import type { ListProofsOptions, ProofEvent } from "../../src/proofs/list-proofs.ts";

interface ListArguments {
  readonly model: string | undefined;
  readonly attester: string | undefined;
  readonly batch: string | undefined;
  readonly fromBlock: number;
  readonly toBlock: number;
  readonly offset: number;
  readonly limit: number;
  readonly registry: string | undefined;
  readonly json: boolean;
  readonly jsonLines: boolean;
}

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

function twoForms(): ScrimshawError {
  return new ScrimshawError({
    code: "proofs.argument-invalid",
    expected: "--json for one document, or --json-lines for one an entry",
    found: "both",
    next: "Leave one out.",
  });
}

async function line({ kind, event }: ProofEvent, nameOf: ModelNames): Promise<string> {
  if (kind === "batch") return `batch  ${event.batchId}  ${event.count} proofs  block ${event.blockNumber}`;
  const { statement } = event.proof;
  const name = (await nameOf(statement.modelId)) ?? `model ${statement.modelId}`;
  return `proof  ${event.recordId}  ${name}@${statement.modelVersion}  block ${event.blockNumber}`;
}

/** What to list, and where to look. */
async function search(args: ListArguments, environment: Environment): Promise<Omit<ListProofsOptions, "signal">> {
  const { model, attester, batch, fromBlock, toBlock } = args;
  const { addressBook, provider } = environment;
  const { block } = await environment.deployment();
  return {
    registry: await environment.contract("proofRegistry"),
    provider,
    fromBlock: Math.max(fromBlock, block),
    ...(toBlock >= 0 && { toBlock }),
    ...(model !== undefined && { modelId: modelFilter(model, addressBook) }),
    ...(attester !== undefined && { attesterId: attesterFilter(attester, addressBook) }),
    ...(batch !== undefined && { batchId: parseId(batch) }),
  };
}

/** The wanted page of what is found, one by one. */
async function* page(
  found: AsyncIterable<ProofEvent>,
  { offset, limit }: Pick<ListArguments, "offset" | "limit">,
): AsyncGenerator<ProofEvent> {
  let index = 0;
  for await (const event of found) {
    if (index >= offset + limit) return;
    if (index >= offset) yield event;
    index += 1;
    if (index === offset + limit) return;
  }
}

export default async function list(args: ListArguments, hre: HardhatRuntimeEnvironment): Promise<void> {
  await runCommand({
    schema: "scrimshaw.proof-list/1",
    json: args.json,
    run: async ({ signal, printLine }) => {
      if (args.json && args.jsonLines) throw twoForms();
      const environment = await openEnvironment(hre, { addresses: { proofRegistry: args.registry } });
      try {
        const nameOf = await openModelNames(environment);
        const found = page(listProofs({ ...(await search(args, environment)), signal }), args);
        if (!args.json) {
          const print = args.jsonLines
            ? async (event: ProofEvent) => toJson(await summary(event, nameOf))
            : (event: ProofEvent) => line(event, nameOf);
          let count = 0;
          for await (const event of found) {
            printLine(await print(event));
            count += 1;
          }
          return { result: {}, lines: count === 0 && !args.jsonLines ? ["none"] : [] };
        }
        const events: Awaited<ReturnType<typeof summary>>[] = [];
        for await (const event of found) events.push(await summary(event, nameOf));
        return { result: { events }, lines: [] };
      } finally {
        await environment.close();
      }
    },
  });
}
