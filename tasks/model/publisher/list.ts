import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import { runModelCommand } from "../../../src/hardhat/model-command.ts";
import type { ModelCommandArguments } from "../../../src/hardhat/model-command.ts";
import { listPublishers } from "../../../src/models/ownership/list-publishers.ts";

interface ListArguments extends ModelCommandArguments {
  readonly model: string;
  readonly limit: number;
}

export default async function list(args: ListArguments, hre: HardhatRuntimeEnvironment): Promise<void> {
  await runModelCommand({
    schema: "scrimshaw.model-publishers/1",
    ...{ args, hre, sends: false },
    run: async ({ registry, referenceOf, signal }) => {
      const limit = Math.max(args.limit, 0);
      const found = await listPublishers({ registry, reference: referenceOf(args.model), limit, signal });
      const { owner, pendingOwner = null, publishers, total } = found;
      const rest = total - publishers.length;
      return {
        result: { ...found, pendingOwner },
        lines: [
          `${owner}  owner`,
          ...publishers.map((account) => `${account}  publisher`),
          ...(rest > 0 ? [`${rest} more: use --limit`] : []),
        ],
      };
    },
  });
}
