import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import { type CommandOutcome, runCommand } from "../../src/hardhat/command.ts";
import { costLines, findPrices, sumCosts } from "../../src/hardhat/describe-cost.ts";
import { openSystem } from "../../src/hardhat/store.ts";
import { encodedSize } from "../../src/walrus/encoding-parameters.ts";
import { checkEpochs } from "../../src/walrus/epochs.ts";
import { listFiles } from "../../src/walrus/list-files.ts";
import { storageCost } from "../../src/walrus/storage-cost.ts";

interface CostArguments {
  readonly path: string;
  readonly epochs: number;
  readonly json: boolean;
}

export default async function cost(args: CostArguments, hre: HardhatRuntimeEnvironment): Promise<void> {
  await runCommand({
    schema: "scrimshaw.walrus-cost/1",
    json: args.json,
    run: async ({ signal }): Promise<CommandOutcome> => {
      const { nShards, prices: configured } = hre.config.walrus;
      const epochs = args.epochs === 0 ? hre.config.walrus.epochs : args.epochs;
      checkEpochs(epochs);
      const { files } = await listFiles(args.path);
      const known = await findPrices({ configured, system: await openSystem(hre), nShards, signal });
      const costs = files.map(({ size }) => storageCost({ size, epochs, nShards, prices: known?.prices }));
      const smallest = encodedSize({ size: 1, nShards });
      const total = sumCosts(costs);
      const { prices = null, source = null } = known ?? {};
      return {
        result: {
          epochs,
          unit: "FROST",
          prices,
          source,
          ...total,
          smallest,
          files: files.map(({ path }, index) => ({ path, ...costs[index] })),
        },
        lines: [
          `size          ${total.size} bytes in ${files.length} ${files.length === 1 ? "file" : "files"}, a blob each`,
          ...costLines({ costs, epochs, known, smallest }),
        ],
      };
    },
  });
}
