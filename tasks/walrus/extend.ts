import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import { blobProgress } from "../../src/hardhat/blob-progress.ts";
import { type CommandOutcome, runCommand } from "../../src/hardhat/command.ts";
import { openStore } from "../../src/hardhat/store.ts";
import { type ListedBlob, readBlobArgument } from "../../src/walrus/blob-list.ts";
import { checkEpochs } from "../../src/walrus/epochs.ts";
import { inPairs } from "../../src/walrus/in-pairs.ts";

interface ExtendArguments {
  readonly blob: string;
  readonly epochs: number;
  readonly json: boolean;
}

export default async function extend(args: ExtendArguments, hre: HardhatRuntimeEnvironment): Promise<void> {
  await runCommand({
    schema: "scrimshaw.walrus-extend/1",
    json: args.json,
    run: async ({ signal, progress }): Promise<CommandOutcome> => {
      const wanted = await readBlobArgument(args.blob);
      const epochs = args.epochs === 0 ? hre.config.walrus.epochs : args.epochs;
      checkEpochs(epochs);
      await using store = await openStore(hre);
      const blobs: readonly (Partial<ListedBlob> & { readonly blobId: string })[] =
        wanted.kind === "blob" ? [{ blobId: wanted.blobId }] : wanted.blobs;
      const extended = await inPairs({
        items: blobs,
        signal,
        work: async (blob, stop) => {
          const onProgress = blobProgress(progress, blob.path === undefined ? {} : { about: blob.path });
          return store.extend({ ...blob, epochs, signal: stop, onProgress });
        },
      });
      return {
        result: { epochs, blobs: extended },
        lines: extended.map(
          ({ blobId, endEpoch, alreadyCertified }) =>
            `${blobId}: paid for until epoch ${endEpoch} begins${alreadyCertified ? ", as before" : ""}`,
        ),
      };
    },
  });
}
