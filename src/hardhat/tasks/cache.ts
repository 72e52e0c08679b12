import { emptyTask, task } from "hardhat/config";
import type { TaskDefinition } from "hardhat/types/tasks";
import { json, textOption } from "./options.ts";

const cache = textOption("cache", "Folder of the cache (default: as configured)");

/** `hardhat cache ...` */
export const cacheTasks: TaskDefinition[] = [
  emptyTask("cache", "Look after the models that were pulled to this machine").build(),
  task(["cache", "list"], "List the versions in the cache, the longest unused first")
    .addOption(cache)
    .addFlag(json)
    .setAction(() => import("../../../tasks/cache/list.ts"))
    .build(),
  task(["cache", "verify"], "Hash every file in the cache again; exit 1 if one is damaged")
    .addOption(cache)
    .addFlag(json)
    .setAction(() => import("../../../tasks/cache/verify.ts"))
    .build(),
  task(["cache", "prune"], "Remove versions that nobody uses, the longest unused first, and what broken-off pulls left")
    .addOption(textOption("maxSize", "Keep at most this much, for example 50GB (default: nothing but what is in use)"))
    .addOption(cache)
    .addFlag(json)
    .setAction(() => import("../../../tasks/cache/prune.ts"))
    .build(),
];
