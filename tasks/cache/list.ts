import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import { runCommand } from "../../src/hardhat/command.ts";
import { ModelCache } from "../../src/models/cache/model-cache.ts";
import { contentsOf } from "../../src/models/cache/prune.ts";
import { RecordedVersions } from "../../src/models/cache/recorded-versions.ts";
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
      const names = await RecordedVersions.names(cache);
      const views = (await cache.views()).map(({ folder, stamp: { manifestHash, files, checkedAt }, usedAt }) => ({
        folder,
        manifestHash,
        models: names.get(manifestHash) ?? [],
        files: files.length,
        bytes: files.reduce((sum, { size }) => sum + size, 0),
        checkedAt,
        usedAt: usedAt.toISOString(),
      }));
      return {
        result: { root: cache.root, bytes: total, views },
        lines: [
          ...views.map(
            ({ folder, models, files, bytes, usedAt }) =>
              `${usedAt.slice(0, 16)}  ${formatBytes(bytes).padStart(12)}  ${String(files)} files  ${[...models, folder].join("  ")}`,
          ),
          `${formatBytes(total)} in ${cache.root}`,
        ],
      };
    },
  });
}
