import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import { certifyAfter, certifySource } from "../../src/hardhat/certify-after.ts";
import { runCommand } from "../../src/hardhat/command.ts";
import { openEnvironment } from "../../src/hardhat/environment.ts";
import { describeProgress } from "../../src/hardhat/describe-progress.ts";
import { encodeBundle } from "../../src/proofs/bundle.ts";
import { loadProofFile } from "../../src/proofs/load-proof-file.ts";
import { settleBatch } from "../../src/proofs/settle-batch.ts";
import { blobIdToHex } from "../../src/walrus/blob-id.ts";
import { encodedSize } from "../../src/walrus/encoding-parameters.ts";

interface SettleArguments {
  readonly files: readonly string[];
  readonly epochs: number;
  readonly certify: boolean;
  readonly source: string | undefined;
  readonly registry: string | undefined;
  readonly from: string | undefined;
  readonly dryRun: boolean;
  readonly json: boolean;
}

/** Proof ids that are printed for people. */
const SHOWN = 20;

export default async function settle(args: SettleArguments, hre: HardhatRuntimeEnvironment): Promise<void> {
  await runCommand<object>({
    schema: "scrimshaw.proof-settle/1",
    json: args.json,
    run: async ({ signal, progress }) => {
      const parts = await Promise.all(args.files.map((file) => loadProofFile(file)));
      const environment = await openEnvironment(hre, { addresses: { proofRegistry: args.registry }, from: args.from });
      try {
        const { epochs, nShards } = environment.walrus;
        const paid = args.epochs === 0 ? epochs : args.epochs;
        const source = await certifySource(args, environment);
        if (args.dryRun) {
          const { bytes, entries } = encodeBundle(parts);
          const encoded = encodedSize({ size: bytes.length, nShards });
          return {
            result: {
              dryRun: true,
              count: entries.length,
              bundleSize: bytes.length,
              encodedSize: encoded,
              epochs: paid,
            },
            lines: [
              `would store   one bundle of ${bytes.length} bytes (${encoded} encoded) for ${paid} epochs`,
              `would settle  one batch of ${entries.length} proofs`,
              ...(source === undefined ? [] : [`would certify the bundle, by the committees of ${source}`]),
            ],
          };
        }
        const signer = await environment.signer();
        const settled = await settleBatch({
          parts,
          store: await environment.store(),
          registry: (await environment.contract("proofRegistry")).connect(signer),
          settler: await signer.getAddress(),
          provider: environment.provider,
          epochs: paid,
          signal,
          onProgress: (event) => progress(describeProgress(event)),
        });
        const { batchId, root, bundle, entries, alreadySettled, transactionHash, gasUsed } = settled;
        const after =
          source === undefined
            ? undefined
            : await certifyAfter({
                ...{ hre, environment, source, context: { signal, progress } },
                blobIds: [bundle.blobId],
                subject: bundle.blobId.startsWith("-") ? blobIdToHex(bundle.blobId) : bundle.blobId,
              });
        return {
          result: {
            batchId,
            root,
            count: entries.length,
            bundle,
            proofIds: entries.map(({ proofId }) => proofId),
            alreadySettled,
            transactionHash: transactionHash ?? null,
            gasUsed: gasUsed ?? null,
            certified: after?.certified ?? null,
          },
          lines: [
            `batch        ${batchId}`,
            `proofs       ${entries.length} under root ${root}`,
            ...entries.slice(0, SHOWN).map(({ proofId }) => `  proof      ${proofId}`),
            ...(entries.length > SHOWN ? [`  and ${entries.length - SHOWN} more (--json names all)`] : []),
            `bundle       ${bundle.blobId} (${bundle.size} bytes, paid until epoch ${bundle.endEpoch})`,
            alreadySettled ? "transaction  none, settled before" : `transaction  ${transactionHash} (${gasUsed} gas)`,
            ...(after?.lines ?? []),
          ],
          exitCode: after?.exitCode ?? 0,
        };
      } finally {
        await environment.close();
      }
    },
  });
}
