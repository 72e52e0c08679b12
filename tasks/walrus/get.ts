import { resolve } from "node:path";
import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import { ScrimshawError } from "../../src/errors.ts";
import { runCommand } from "../../src/hardhat/command.ts";
import { describeProgress } from "../../src/hardhat/describe-progress.ts";
import { openStore } from "../../src/hardhat/store.ts";
import { parseBlobId } from "../../src/walrus/blob-id.ts";
import { writeNewFile } from "../../src/walrus/write-new-file.ts";

interface GetArguments {
  readonly blobId: string;
  readonly output: string | undefined;
  readonly contentHash: string | undefined;
  readonly json: boolean;
}

function parseHash(text: string): `0x${string}` {
  if (/^0x[0-9a-fA-F]{64}$/.test(text)) return `0x${text.slice(2).toLowerCase()}`;
  throw new ScrimshawError({
    code: "walrus.argument-invalid",
    expected: "--content-hash as 0x and 64 hex digits",
    found: JSON.stringify(text.slice(0, 80)),
    next: "Copy the SHA-256 again, or leave it out: the bytes are then checked against the Blob ID.",
  });
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
    run: async ({ signal, progress }) => {
      const blobId = parseBlobId(args.blobId);
      const expected = args.contentHash === undefined ? {} : { contentHash: parseHash(args.contentHash) };
      if (args.json && args.output === undefined) {
        throw new ScrimshawError({
          code: "walrus.argument-invalid",
          expected: "--output with --json, whose document takes stdout",
          found: "no --output",
          next: "Name a file with --output.",
        });
      }
      const store = await openStore(hre);
      const onProgress = (event: Parameters<typeof describeProgress>[0]): void => progress(describeProgress(event));
      const bytes = await store.get({ blobId, ...expected, signal, onProgress });
      const checked = args.contentHash === undefined ? "Blob ID" : "content hash";
      if (args.output === undefined) {
        await writeStdout(bytes);
        return { result: undefined, lines: [] };
      }
      const output = resolve(args.output);
      await writeNewFile({ path: output, data: bytes });
      return {
        result: { blobId, output, size: bytes.length, checked },
        lines: [`${output}: ${bytes.length} bytes, checked against the ${checked}`],
      };
    },
  });
}
