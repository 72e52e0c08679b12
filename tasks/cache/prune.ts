import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import { runCommand } from "../../src/hardhat/command.ts";
import { ModelCache } from "../../src/models/cache/model-cache.ts";
import { pruneCache } from "../../src/models/cache/prune.ts";
import { formatBytes } from "../../src/models/describe-progress.ts";
import { parseSize } from "../../src/models/parse-size.ts";

interface PruneArguments {
  readonly maxSize: string | undefined;
  readonly cache: string | undefined;
  readonly json: boolean;
}

export default async function prune(args: PruneArguments, hre: HardhatRuntimeEnvironment): Promise<void> {
  await runCommand({
    schema: "scrimshaw.cache-prune/1",
    json: args.json,
    run: async ({ signal }) => {
      const maxBytes = args.maxSize === undefined ? 0 : parseSize(args.maxSize);
      const cache = new ModelCache({ root: args.cache ?? hre.config.scrimshaw.cache });
      const pruned = await pruneCache({ cache, maxBytes, signal });
      const { removedViews, pinnedViews, freedBytes, keptBytes } = pruned;
      return {
        result: { root: cache.root, ...pruned },
        lines: [
          `removed  ${String(removedViews.length)} versions, ${formatBytes(freedBytes)}`,
          `kept     ${formatBytes(keptBytes)}${pinnedViews.length === 0 ? "" : `, ${String(pinnedViews.length)} versions in use`}`,
        ],
      };
    },
  });
}
