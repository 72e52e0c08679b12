import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import { runCommand } from "../../src/hardhat/command.ts";
import { ModelCache } from "../../src/models/cache/model-cache.ts";
import { contentsOf } from "../../src/models/cache/prune.ts";
import { formatBytes } from "../../src/models/describe-progress.ts";

interface ListArguments {
  readonly cache: string | undefined;
  readonly json: boolean;
}

export default async function list(args: ListArguments, hre: HardhatRuntimeEnvironment): Promise<void> {
  await runCommand({
    schema: "scrimshaw.cache-list/1",
    json: args.json,
    run: async () => {
      const cache = new ModelCache({ root: args.cache ?? hre.config.scrimshaw.cache });
      const { total } = await contentsOf(cache);
      const views = (await cache.views()).map(({ folder, stamp: { manifestHash, files, checkedAt }, usedAt }) => ({
        folder,
        manifestHash,
        files: files.length,
        bytes: files.reduce((sum, { size }) => sum + size, 0),
        checkedAt,
        usedAt: usedAt.toISOString(),
      }));
      return {
        result: { root: cache.root, bytes: total, views },
        lines: [
          ...views.map(
            ({ folder, files, bytes, usedAt }) =>
              `${usedAt.slice(0, 16)}  ${formatBytes(bytes).padStart(12)}  ${String(files)} files  ${folder}`,
          ),
          `${formatBytes(total)} in ${cache.root}`,
        ],
      };
    },
  });
}
