import { readFile } from "node:fs/promises";
import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import { z } from "zod";
import { ScrimshawError } from "../../src/errors.ts";
import { runCommand } from "../../src/hardhat/command.ts";
import { describeProgress } from "../../src/hardhat/describe-progress.ts";
import { configuredToken } from "../../src/hardhat/publisher-token.ts";
import { openStore } from "../../src/hardhat/store.ts";
import { blobIdToHex } from "../../src/walrus/blob-id.ts";
import { encodedSize } from "../../src/walrus/encoding-parameters.ts";
import { checkEpochs } from "../../src/walrus/epochs.ts";
import type { Tags } from "../../src/walrus/quilt/bcs.ts";
import { encodeQuilt } from "../../src/walrus/quilt/encode-quilt.ts";
import { DEFAULT_QUILT_SIZE, putQuilts } from "../../src/walrus/quilt/put-quilts.ts";
import { readFolder } from "../../src/walrus/quilt/read-folder.ts";
import { sendQuilts } from "../../src/walrus/quilt/send-quilts.ts";
import { splitPatches } from "../../src/walrus/quilt/split-patches.ts";
import type { StoredQuilt } from "../../src/walrus/quilt/stored-quilt.ts";

interface QuiltPutArguments {
  readonly folder: string;
  readonly tags: string | undefined;
  readonly epochs: number;
  readonly deletable: boolean;
  readonly asForm: boolean;
  readonly dryRun: boolean;
  readonly json: boolean;
}

const TagsFile = z.record(z.string(), z.record(z.string(), z.string()));

async function readTags(path: string): Promise<ReadonlyMap<string, Tags>> {
  try {
    return new Map(Object.entries(TagsFile.parse(JSON.parse(await readFile(path, "utf8")))));
  } catch (cause) {
    throw new ScrimshawError({
      code: "walrus.argument-invalid",
      expected: 'a JSON file of tags by path, {"file.txt": {"key": "value"}}',
      found: `something else in ${path}`,
      next: "Correct the file that --tags names.",
      cause,
    });
  }
}

function describe({ blobId, contentHash, size, endEpoch, alreadyCertified, patches }: StoredQuilt): string[] {
  return [
    blobId,
    `hex           ${blobIdToHex(blobId)}`,
    `content hash  ${contentHash}`,
    `size          ${size} bytes, ${patches.length} patches`,
    `end epoch     ${endEpoch}${alreadyCertified ? " (was stored already)" : ""}`,
    ...patches.map(({ identifier, patchId }) => `${patchId}  ${identifier}`),
  ];
}

type Wanted = Omit<Parameters<typeof sendQuilts>[0], "publishers">;

async function putBlobs(wanted: Wanted, hre: HardhatRuntimeEnvironment): Promise<StoredQuilt[]> {
  await using store = await openStore(hre);
  return await putQuilts({ ...wanted, store });
}

async function sendForms(wanted: Wanted, hre: HardhatRuntimeEnvironment): Promise<StoredQuilt[]> {
  const token = await configuredToken(hre.config.walrus);
  return sendQuilts({ ...wanted, ...(token && { token }), publishers: hre.config.walrus.publishers });
}

export default async function quiltPut(args: QuiltPutArguments, hre: HardhatRuntimeEnvironment): Promise<void> {
  await runCommand({
    schema: "scrimshaw.walrus-quilt-put/1",
    json: args.json,
    run: async ({ signal, progress }) => {
      const { nShards } = hre.config.walrus;
      const { deletable } = args;
      const epochs = args.epochs === 0 ? hre.config.walrus.epochs : args.epochs;
      checkEpochs(epochs);
      const tags = args.tags === undefined ? new Map<string, Tags>() : await readTags(args.tags);
      const patches = await readFolder({ folder: args.folder, tags, signal });
      if (args.dryRun) {
        const quilts = splitPatches({ patches, nShards, maxSize: DEFAULT_QUILT_SIZE }).map((group) => {
          const size = encodeQuilt({ patches: group, nShards }).bytes.length;
          return { patches: group.length, size, encodedSize: encodedSize({ size, nShards }) };
        });
        return {
          result: { dryRun: true, quilts, epochs, deletable },
          lines: quilts.map(
            (quilt) =>
              `would store   a quilt of ${quilt.patches} patches, ${quilt.size} bytes, ${quilt.encodedSize} bytes encoded for ${epochs} epochs`,
          ),
        };
      }
      const onProgress = (event: Parameters<typeof describeProgress>[0]): void => progress(describeProgress(event));
      const wanted = { patches, nShards, epochs, deletable, signal, onProgress };
      const stored = await (args.asForm ? sendForms(wanted, hre) : putBlobs(wanted, hre));
      const quilts = stored.map((quilt) => ({
        ...quilt,
        blobIdHex: blobIdToHex(quilt.blobId),
        encodedSize: encodedSize({ size: quilt.size, nShards }),
      }));
      return { result: { quilts, deletable }, lines: stored.flatMap(describe) };
    },
  });
}
