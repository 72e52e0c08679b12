import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import { ScrimshawError } from "../../src/errors.ts";
import { runCommand } from "../../src/hardhat/command.ts";
import { openEnvironment } from "../../src/hardhat/environment.ts";
import { openModelNames } from "../../src/hardhat/model-names.ts";
import { findBatch } from "../../src/proofs/batch.ts";
import { findRecord } from "../../src/proofs/find-record.ts";
import { findRecordEvent } from "../../src/proofs/find-record.ts";
import { isoTime } from "../../src/proofs/iso-time.ts";
import { parseId } from "../../src/proofs/parse-id.ts";
import { ZERO_ADDRESS } from "../../src/proofs/proof.ts";
import { blobIdFromHex } from "../../src/walrus/blob-id.ts";

interface ShowArguments {
  readonly id: string;
  readonly registry: string | undefined;
  readonly json: boolean;
}

export default async function show(args: ShowArguments, hre: HardhatRuntimeEnvironment): Promise<void> {
  await runCommand({
    schema: "scrimshaw.proof-show/1",
    json: args.json,
    run: async () => {
      const id = parseId(args.id);
      const environment = await openEnvironment(hre, { addresses: { proofRegistry: args.registry } });
      try {
        const registry = await environment.contract("proofRegistry");
        const record = await findRecord({ registry, recordId: id });
        if (record !== undefined) {
          const blobId = blobIdFromHex(record.blobId);
          const { block } = await environment.deployment();
          const event = await findRecordEvent({
            registry,
            provider: environment.provider,
            recordId: id,
            fromBlock: block,
          });
          const statement = event?.proof.statement;
          const model = statement && (await (await openModelNames(environment))(statement.modelId));
          return {
            result: { kind: "proof", ...record, blobId, statement: statement ?? null, model: model ?? null },
            lines: [
              `proof        ${record.proofId}${record.withdrawn ? " (withdrawn)" : ""}`,
              `statement    ${record.statementHash}`,
              ...(statement === undefined
                ? []
                : [
                    `  model      ${model ?? statement.modelId} version ${statement.modelVersion}`,
                    `  input      ${statement.inputHash}`,
                    `  output     ${statement.outputHash}`,
                    `  produced   ${isoTime(statement.producedAt)}, as its maker says`,
                  ]),
              record.verifier === ZERO_ADDRESS
                ? `recorded by  0x${record.attesterId.slice(26)} (vanilla: nobody verified it)`
                : `verified by  ${record.verifier} for attester ${record.attesterId}`,
              `anchored     ${isoTime(record.anchoredAt)}`,
              `evidence     ${blobId}, ${record.size} bytes, SHA-256 ${record.contentHash}${record.fromBatch ? ", inside a bundle" : ""}`,
            ],
          };
        }
        const batch = await findBatch({ registry, batchId: id });
        if (batch !== undefined) {
          return {
            result: { kind: "batch", ...batch },
            lines: [
              `batch        ${batch.batchId}`,
              `root         ${batch.root}, ${batch.count} proofs as its settler claims`,
              `settled      ${isoTime(batch.settledAt)} by ${batch.settler}`,
              `bundle       ${batch.bundle.blobId}, ${batch.bundle.size} bytes, SHA-256 ${batch.bundle.contentHash}`,
            ],
          };
        }
        throw new ScrimshawError({
          code: "proofs.unknown",
          expected: `a recorded proof or a settled batch ${id}`,
          found: `neither on ${environment.networkName}`,
          next: "List what there is with `npx hardhat proof list`.",
        });
      } finally {
        await environment.close();
      }
    },
  });
}
