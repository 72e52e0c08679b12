import { task } from "hardhat/config";
import type { TaskDefinition } from "hardhat/types/tasks";
import { intOption, json, textOption } from "./options.ts";

/** `hardhat dev` */
export const devTasks: TaskDefinition[] = [
  task("dev", "Run a chain, a local Walrus and the deployed contracts in one process until Ctrl-C")
    .addOption(intOption("port", "Port of the chain (0: any free one)", 8545))
    .addOption(intOption("walrusPort", "Port of Walrus (0: any free one)", 31415))
    .addOption(
      intOption("nShards", "Shards of Walrus; other counts than 1000 give other Blob IDs (0: as configured)", 0),
    )
    .addOption(textOption("directory", "Folder that keeps Walrus's data (default: as configured)"))
    .addFlag(json)
    .setAction(() => import("../../../tasks/dev/dev.ts"))
    .build(),
];
