import { resolve } from "node:path";
import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import { ScrimshawError } from "../../src/errors.ts";
import { runCommand } from "../../src/hardhat/command.ts";
import { describeProgress } from "../../src/hardhat/describe-progress.ts";
import { parseContentHash } from "../../src/hardhat/parse-content-hash.ts";
import { openStore } from "../../src/hardhat/store.ts";
import type { LongWork } from "../../src/walrus/blob-store.ts";
import { parseBlobId } from "../../src/walrus/blob-id.ts";
import { fetchPatch, type PatchAddress } from "../../src/walrus/quilt/fetch-patch.ts";
import { getPatch } from "../../src/walrus/quilt/read-quilt.ts";
import { writeNewFile } from "../../src/walrus/write-new-file.ts";

interface QuiltGetArguments {
  readonly patch: string;
  readonly identifier: string;
  readonly output: string | undefined;
  readonly contentHash: string | undefined;
  readonly patchHash: string | undefined;
  readonly json: boolean;
}

/** A patch's bytes, and what they were checked against. */
interface Checked {
  readonly bytes: Uint8Array;
  readonly checked: "patch hash" | "content hash of the quilt" | "Blob ID of the quilt";
}

async function read({
  args,
  hre,
  work,
}: {
  readonly args: QuiltGetArguments;
  readonly hre: HardhatRuntimeEnvironment;
  readonly work: LongWork;
}): Promise<Checked> {
  const { nShards, aggregators } = hre.config.walrus;
  const { patch, identifier } = args;
  const address: PatchAddress = identifier === "" ? { patchId: patch } : { quiltId: parseBlobId(patch), identifier };
  if (args.patchHash !== undefined) {
    const contentHash = parseContentHash({ option: "--patch-hash", text: args.patchHash });
    return { bytes: await fetchPatch({ ...address, ...work, aggregators, contentHash }), checked: "patch hash" };
  }
  await using store = await openStore(hre);
  if (args.contentHash === undefined) {
    const { bytes } = await getPatch({ ...address, ...work, store, nShards });
    return { bytes, checked: "Blob ID of the quilt" };
  }
  const contentHash = parseContentHash({ option: "--content-hash", text: args.contentHash });
  const { bytes } = await getPatch({ ...address, ...work, store, nShards, contentHash });
  return { bytes, checked: "content hash of the quilt" };
}

async function writeStdout(bytes: Uint8Array): Promise<void> {
  await new Promise<void>((written, failed) => {
    process.stdout.write(bytes, (error) => {
      if (error === undefined || error === null) written();
      else failed(error);
    });
  });
}

export default async function quiltGet(args: QuiltGetArguments, hre: HardhatRuntimeEnvironment): Promise<void> {
  await runCommand({
    schema: "scrimshaw.walrus-quilt-get/1",
    json: args.json,
    run: async ({ signal, progress }) => {
      if (args.json && args.output === undefined) {
        throw new ScrimshawError({
          code: "walrus.argument-invalid",
          expected: "--output with --json, whose document takes stdout",
          found: "no --output",
          next: "Name a file with --output.",
        });
      }
      const onProgress = (event: Parameters<typeof describeProgress>[0]): void => progress(describeProgress(event));
      const { bytes, checked } = await read({ args, hre, work: { signal, onProgress } });
      if (args.output === undefined) {
        await writeStdout(bytes);
        return { result: undefined, lines: [] };
      }
      const output = resolve(args.output);
      await writeNewFile({ path: output, data: bytes });
      return {
        result: { output, size: bytes.length, checked },
        lines: [`${output}: ${bytes.length} bytes, checked against the ${checked}`],
      };
    },
  });
}
