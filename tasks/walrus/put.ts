import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import { resolve } from "node:path";
import { blobProgress } from "../../src/hardhat/blob-progress.ts";
import { type CommandOutcome, runCommand } from "../../src/hardhat/command.ts";
import { costLines, findPrices, sumCosts } from "../../src/hardhat/describe-cost.ts";
import { openStore, openSystem } from "../../src/hardhat/store.ts";
import { blobIdToHex } from "../../src/walrus/blob-id.ts";
import { formatBlobList, requireListable } from "../../src/walrus/blob-list.ts";
import type { StoredBlob } from "../../src/walrus/blob-store.ts";
import { computeBlobId } from "../../src/walrus/compute-blob-id.ts";
import { EncoderPool } from "../../src/walrus/encoder-pool.ts";
import { encodedSize } from "../../src/walrus/encoding-parameters.ts";
import { checkEpochs } from "../../src/walrus/epochs.ts";
import { inPairs } from "../../src/walrus/in-pairs.ts";
import { type ListedFile, listFiles } from "../../src/walrus/list-files.ts";
import { storageCost } from "../../src/walrus/storage-cost.ts";
import { requireNoFile, writeNewFile } from "../../src/walrus/write-new-file.ts";

interface PutArguments {
  readonly path: string;
  readonly epochs: number;
  readonly deletable: boolean;
  readonly save: string | undefined;
  readonly dryRun: boolean;
  readonly json: boolean;
}

type Put = Pick<ListedFile, "path" | "size"> & Pick<StoredBlob, "blobId" | "contentHash"> & Partial<StoredBlob>;

async function storeAll({
  files,
  args,
  epochs,
  hre,
  signal,
  progress,
}: {
  readonly files: readonly ListedFile[];
  readonly args: PutArguments;
  readonly epochs: number;
  readonly hre: HardhatRuntimeEnvironment;
  readonly signal: AbortSignal;
  readonly progress: (line: string) => void;
}): Promise<Put[]> {
  const about = (file: ListedFile): { readonly about?: string } => (files.length > 1 ? { about: file.path } : {});
  if (args.dryRun) {
    await using pool = new EncoderPool();
    const { nShards } = hre.config.walrus;
    const work = async (file: ListedFile, stop: AbortSignal): Promise<Put> => {
      const computed = await computeBlobId({ path: file.source, nShards, pool, signal: stop });
      return { path: file.path, blobId: computed.blobId, contentHash: computed.contentHash, size: computed.size };
    };
    return await inPairs({ items: files, signal, work });
  }
  await using store = await openStore(hre);
  const work = async (file: ListedFile, stop: AbortSignal): Promise<Put> => {
    const onProgress = blobProgress(progress, about(file));
    const { deletable } = args;
    return {
      path: file.path,
      ...(await store.put({ path: file.source, epochs, deletable, signal: stop, onProgress })),
    };
  };
  return await inPairs({ items: files, signal, work });
}

export default async function put(args: PutArguments, hre: HardhatRuntimeEnvironment): Promise<void> {
  await runCommand({
    schema: "scrimshaw.walrus-put/1",
    json: args.json,
    run: async ({ signal, progress }): Promise<CommandOutcome> => {
      const { deletable, dryRun } = args;
      const { nShards, prices: configured } = hre.config.walrus;
      const { folder, files } = await listFiles(args.path);
      if (args.save !== undefined) {
        requireListable(files.map(({ path }) => path));
        await requireNoFile(resolve(args.save));
      }
      const epochs = args.epochs === 0 ? hre.config.walrus.epochs : args.epochs;
      checkEpochs(epochs);
      const known = await findPrices({ configured, system: await openSystem(hre), nShards, signal });
      const stored = await storeAll({ files, args, epochs, hre, signal, progress });
      const list = args.save === undefined || dryRun ? null : resolve(args.save);
      if (list !== null) await writeNewFile({ path: list, data: Buffer.from(formatBlobList(stored)) });
      const saved = list === null ? [] : [`list          ${list}, for get, status, extend and certify`];
      const costOf = ({ size }: { readonly size: number }) =>
        storageCost({ size, epochs, nShards, prices: known?.prices });
      const costs = stored.filter(({ alreadyCertified }) => alreadyCertified !== true).map(costOf);
      const smallest = encodedSize({ size: 1, nShards });
      const total = sumCosts(stored.map(costOf));
      const terms = {
        epochs,
        deletable,
        ...(dryRun ? { dryRun } : {}),
        cost: { ...sumCosts(costs), source: known?.source ?? null },
      };
      const blobs = stored.map((blob) => ({ ...blob, blobIdHex: blobIdToHex(blob.blobId) }));
      const [only] = blobs;
      const paid =
        costs.length > 0
          ? costLines({ costs, epochs, known, smallest })
          : ["cost          none: Walrus held it already"];
      if (folder || only === undefined) {
        return {
          result: { ...terms, blobs, list },
          lines: [
            ...blobs.map(({ blobId, path, size }) => `${dryRun ? "would store " : ""}${blobId}  ${size}  ${path}`),
            `${blobs.length} blobs, ${total.size} bytes`,
            ...paid,
            ...saved,
          ],
        };
      }
      const { blobId, blobIdHex, contentHash, size, endEpoch, alreadyCertified } = only;
      const lease =
        endEpoch === undefined
          ? []
          : [`end epoch     ${endEpoch}${alreadyCertified === true ? " (was stored already)" : ""}`];
      return {
        result: { ...terms, ...only, encodedSize: total.encodedSize, list },
        lines: [
          dryRun ? `would store   ${blobId}` : blobId,
          `hex           ${blobIdHex}`,
          `content hash  ${contentHash}`,
          `size          ${size} bytes`,
          ...lease,
          ...(deletable ? ["deletable     yes: its owner can take it away before the end"] : []),
          ...paid,
          ...saved,
        ],
      };
    },
  });
}
