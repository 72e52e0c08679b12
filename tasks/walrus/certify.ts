import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import { resolve } from "node:path";
import { type CommandOutcome, runCommand } from "../../src/hardhat/command.ts";
import { openStore } from "../../src/hardhat/store.ts";
import { blobIdToHex } from "../../src/walrus/blob-id.ts";
import { readBlobArgument } from "../../src/walrus/blob-list.ts";
import { requireNoFile, writeNewFile } from "../../src/walrus/write-new-file.ts";

interface CertifyArguments {
  readonly blob: string;
  readonly save: string | undefined;
  readonly json: boolean;
}

export default async function certify(args: CertifyArguments, hre: HardhatRuntimeEnvironment): Promise<void> {
  await runCommand({
    schema: "scrimshaw.walrus-certify/1",
    json: args.json,
    run: async ({ signal, progress }): Promise<CommandOutcome> => {
      const wanted = await readBlobArgument(args.blob);
      if (args.save !== undefined) await requireNoFile(resolve(args.save));
      await using store = await openStore(hre);
      const blobs = wanted.kind === "blob" ? [wanted] : wanted.blobs;
      const certificates = [];
      // One after the other: each asks all storage nodes at once.
      for (const { blobId } of blobs) {
        progress(`Asking the storage nodes to sign that they hold ${blobId}`);
        const { certificate, facts } = await store.certificate({ blobId, signal });
        const { epoch, weight, signers } = facts;
        certificates.push({ blobId, blobIdHex: blobIdToHex(blobId), epoch, weight, signers, ...certificate });
      }
      const result = { certificates, saved: args.save === undefined ? null : resolve(args.save) };
      if (result.saved !== null) {
        const document = { schema: "scrimshaw.certificates/1", certificates };
        await writeNewFile({ path: result.saved, data: Buffer.from(`${JSON.stringify(document, undefined, 2)}\n`) });
      }
      return {
        result,
        lines: [
          ...certificates.flatMap(({ blobId, epoch, weight, signers, message, bitmap, signature }) => [
            `${blobId}: verified, signed in epoch ${epoch} by ${signers.length} storage nodes of weight ${weight}`,
            `message       ${message}`,
            `signers       ${bitmap}`,
            `signature     ${signature}`,
          ]),
          ...(result.saved === null ? [] : [`saved         ${result.saved}`]),
        ],
      };
    },
  });
}
