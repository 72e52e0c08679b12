import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import { join, resolve } from "node:path";
import { ScrimshawError } from "../../src/errors.ts";
import { blobProgress } from "../../src/hardhat/blob-progress.ts";
import { type CommandOutcome, runCommand } from "../../src/hardhat/command.ts";
import { openStore } from "../../src/hardhat/store.ts";
import { readBlobArgument } from "../../src/walrus/blob-list.ts";
import { inPairs } from "../../src/walrus/in-pairs.ts";
import { saveBlob } from "../../src/walrus/save-blob.ts";

interface GetArguments {
  readonly blob: string;
  readonly output: string | undefined;
  readonly contentHash: string | undefined;
  readonly json: boolean;
}

function invalid(expected: string, found: string, next: string): ScrimshawError {
  return new ScrimshawError({ code: "walrus.argument-invalid", expected, found, next });
}

function parseHash(text: string): `0x${string}` {
  if (/^0x[0-9a-fA-F]{64}$/.test(text)) return `0x${text.slice(2).toLowerCase()}`;
  throw invalid(
    "--content-hash as 0x and 64 hex digits",
    JSON.stringify(text.slice(0, 80)),
    "Copy the SHA-256 again, or leave it out: the bytes are then checked against the Blob ID.",
  );
}

async function writeStdout(bytes: Uint8Array): Promise<void> {
  await new Promise<void>((written, failed) => {
    process.stdout.write(bytes, (error) => {
      if (error === undefined || error === null) written();
      else failed(error);
    });
  });
}

export default async function get(args: GetArguments, hre: HardhatRuntimeEnvironment): Promise<void> {
  await runCommand({
    schema: "scrimshaw.walrus-get/1",
    json: args.json,
    run: async ({ signal, progress }): Promise<CommandOutcome> => {
      const wanted = await readBlobArgument(args.blob);
      const contentHash = args.contentHash === undefined ? undefined : parseHash(args.contentHash);
      const output = args.output === undefined ? undefined : resolve(args.output);
      const { nShards } = hre.config.walrus;
      await using store = await openStore(hre);
      if (wanted.kind === "list") {
        if (output === undefined) throw invalid("--output for a list of blobs", "none", "Name a folder with --output.");
        if (contentHash !== undefined)
          throw invalid("no --content-hash with a list, which has its own", "one", "Leave it out.");
        const files = await inPairs({
          items: wanted.blobs,
          signal,
          work: async ({ path, ...reference }, stop) => {
            const target = join(output, path);
            const onProgress = blobProgress(progress, { about: path });
            await saveBlob({ store, ...reference, path: target, nShards, signal: stop, onProgress });
            return { path, output: target, blobId: reference.blobId, size: reference.size };
          },
        });
        return {
          result: { output, files, checked: "content hash" },
          lines: [`${output}: ${files.length} files, each checked against its content hash`],
        };
      }
      const { blobId } = wanted;
      const checked = contentHash === undefined ? "Blob ID" : "content hash";
      const expected = contentHash === undefined ? {} : { contentHash };
      const onProgress = blobProgress(progress);
      if (output !== undefined) {
        const { size } = await saveBlob({ store, blobId, path: output, nShards, signal, onProgress, ...expected });
        return {
          result: { blobId, output, size, checked },
          lines: [`${output}: ${size} bytes, checked against the ${checked}`],
        };
      }
      if (args.json) {
        const next = "Name a file with --output.";
        throw invalid("--output with --json, whose document takes stdout", "no --output", next);
      }
      if (process.stdout.isTTY) {
        const next = "Name a file with --output, or send stdout to a file or a program.";
        throw invalid("--output, since stdout is a terminal and a blob may hold anything", "no --output", next);
      }
      await writeStdout(await store.get({ blobId, ...expected, signal, onProgress }));
      return { result: undefined, lines: [] };
    },
  });
}
