import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import { runCommand } from "../../src/hardhat/command.ts";
import { openEnvironment } from "../../src/hardhat/environment.ts";
import { listModels } from "../../src/models/list.ts";
import type { ModelRecord } from "../../src/models/records.ts";
import { addressOfCreator } from "../../src/models/reference.ts";

interface ListArguments {
  readonly creator: string;
  readonly offset: number;
  readonly limit: number;
  readonly registry: string | undefined;
  readonly json: boolean;
}

function countOf({ versionCount }: ModelRecord): string {
  return versionCount === 1 ? "1 version" : `${String(versionCount)} versions`;
}

export default async function list(args: ListArguments, hre: HardhatRuntimeEnvironment): Promise<void> {
  await runCommand({
    schema: "scrimshaw.model-list/1",
    json: args.json,
    run: async ({ signal }) => {
      const { addressBook } = hre.config.scrimshaw;
      const creator = args.creator === "" ? undefined : addressOfCreator(args.creator, addressBook);
      const environment = await openEnvironment(hre, { addresses: { modelRegistry: args.registry } });
      try {
        const { models, total } = await listModels({
          registry: await environment.contract("modelRegistry"),
          ...(creator !== undefined && { creator }),
          offset: Math.max(args.offset, 0),
          limit: Math.max(args.limit, 0),
          signal,
        });
        const rest = total - Math.max(args.offset, 0) - models.length;
        return {
          result: { models, total },
          lines: [
            ...models.map((model) => `${model.creator}/${model.name}  ${countOf(model)}`),
            ...(total === 0 ? ["no models"] : []),
            ...(rest > 0 ? [`${String(rest)} more: use --offset and --limit`] : []),
          ],
        };
      } finally {
        await environment.close();
      }
    },
  });
}
