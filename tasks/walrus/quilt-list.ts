import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import { ScrimshawError } from "../../src/errors.ts";
import { runCommand } from "../../src/hardhat/command.ts";
import { describeProgress } from "../../src/hardhat/describe-progress.ts";
import { openStore } from "../../src/hardhat/store.ts";
import { parseBlobId } from "../../src/walrus/blob-id.ts";
import { parseContentHash } from "../../src/hardhat/parse-content-hash.ts";
import { listPatches } from "../../src/walrus/quilt/read-quilt.ts";

interface QuiltListArguments {
  readonly quiltId: string;
  readonly tag: string | undefined;
  readonly contentHash: string | undefined;
  readonly json: boolean;
}

function parseTag(text: string): { readonly key: string; readonly value: string } {
  const place = text.indexOf("=");
  if (place > 0) return { key: text.slice(0, place), value: text.slice(place + 1) };
  throw new ScrimshawError({
    code: "walrus.argument-invalid",
    expected: "--tag as key=value",
    found: JSON.stringify(text.slice(0, 80)),
    next: "Correct the option.",
  });
}

export default async function quiltList(args: QuiltListArguments, hre: HardhatRuntimeEnvironment): Promise<void> {
  await runCommand({
    schema: "scrimshaw.walrus-quilt-list/1",
    json: args.json,
    run: async ({ signal, progress }) => {
      const { nShards } = hre.config.walrus;
      const quiltId = parseBlobId(args.quiltId);
      const expected =
        args.contentHash === undefined
          ? {}
          : { contentHash: parseContentHash({ option: "--content-hash", text: args.contentHash }) };
      const tag = args.tag === undefined ? {} : { tag: parseTag(args.tag) };
      await using store = await openStore(hre);
      const onProgress = (event: Parameters<typeof describeProgress>[0]): void => progress(describeProgress(event));
      const patches = await listPatches({ store, quiltId, nShards, ...expected, ...tag, signal, onProgress });
      const checked = args.contentHash === undefined ? "Blob ID" : "content hash";
      const lines = patches.map(({ identifier, patchId, tags }) => {
        const pairs = Object.entries(tags).map(([key, value]) => `  ${key}=${value}`);
        return `${patchId}  ${identifier}${pairs.join("")}`;
      });
      return { result: { quiltId, patches, checked }, lines };
    },
  });
}
