import { readFile } from "node:fs/promises";
import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import { ScrimshawError } from "../../src/errors.ts";
import { runCommand } from "../../src/hardhat/command.ts";
import { describeProgress } from "../../src/hardhat/describe-progress.ts";
import { openStore } from "../../src/hardhat/store.ts";
import { blobIdToHex } from "../../src/walrus/blob-id.ts";
import { computeBlobId } from "../../src/walrus/compute-blob-id.ts";
import { encodedSize } from "../../src/walrus/encoding-parameters.ts";

interface PutArguments {
  readonly file: string;
  readonly epochs: number;
  readonly deletable: boolean;
  readonly dryRun: boolean;
  readonly json: boolean;
}

async function readBytes(file: string): Promise<Uint8Array> {
  try {
    return await readFile(file);
  } catch (cause) {
    throw new ScrimshawError({
      code: "walrus.file-unreadable",
      expected: `a readable file ${file}`,
      found: (cause as NodeJS.ErrnoException).code ?? "a failure to read",
      next: "Check the path; a folder is published with `npx hardhat model publish`.",
      cause,
    });
  }
}

export default async function put(args: PutArguments, hre: HardhatRuntimeEnvironment): Promise<void> {
  await runCommand({
    schema: "scrimshaw.walrus-put/1",
    json: args.json,
    run: async ({ signal, progress }) => {
      const { deletable } = args;
      const { nShards } = hre.config.walrus;
      const bytes = await readBytes(args.file);
      const epochs = args.epochs === 0 ? hre.config.walrus.epochs : args.epochs;
      const paid = encodedSize({ size: bytes.length, nShards });
      if (args.dryRun) {
        const { blobId, contentHash, size } = await computeBlobId({ bytes, nShards, signal });
        const blobIdHex = blobIdToHex(blobId);
        return {
          result: { dryRun: true, blobId, blobIdHex, contentHash, size, encodedSize: paid, epochs, deletable },
          lines: [
            `would store   ${blobId}`,
            `              ${blobIdHex}`,
            `content hash  ${contentHash}`,
            `size          ${size} bytes, ${paid} bytes encoded for ${epochs} epochs`,
          ],
        };
      }
      const store = await openStore(hre);
      const onProgress = (event: Parameters<typeof describeProgress>[0]): void => progress(describeProgress(event));
      const stored = await store.put({ bytes, epochs, deletable, signal, onProgress });
      const { blobId, contentHash, size, endEpoch, alreadyCertified } = stored;
      const blobIdHex = blobIdToHex(blobId);
      return {
        result: { blobId, blobIdHex, contentHash, size, encodedSize: paid, endEpoch, alreadyCertified, deletable },
        lines: [
          blobId,
          `hex           ${blobIdHex}`,
          `content hash  ${contentHash}`,
          `size          ${size} bytes, ${paid} bytes encoded`,
          `end epoch     ${endEpoch}${alreadyCertified ? " (was stored already)" : ""}`,
        ],
      };
    },
  });
}
