import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import { ScrimshawError } from "../../src/errors.ts";
import { runCommand } from "../../src/hardhat/command.ts";
import { openEnvironment } from "../../src/hardhat/environment.ts";
import { findBatch } from "../../src/proofs/batch.ts";
import { findRecord } from "../../src/proofs/find-record.ts";
import { parseId } from "../../src/proofs/parse-id.ts";
import { ZERO_ADDRESS } from "../../src/proofs/proof.ts";
import { blobIdFromHex } from "../../src/walrus/blob-id.ts";

interface ShowArguments {
  readonly id: string;
  readonly registry: string | undefined;
  readonly json: boolean;
}

const date = (seconds: bigint): string => new Date(Number(seconds) * 1000).toISOString();

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
          return {
            result: { kind: "proof", ...record, blobId },
            lines: [
              `proof        ${record.proofId}${record.withdrawn ? " (withdrawn)" : ""}`,
              `statement    ${record.statementHash}`,
              record.verifier === ZERO_ADDRESS
                ? `recorded by  ${record.attesterId} (vanilla: nobody verified it)`
                : `verified by  ${record.verifier} for attester ${record.attesterId}`,
              `anchored     ${date(record.anchoredAt)}`,
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
              `settled      ${date(batch.settledAt)} by ${batch.settler}`,
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
