import { emptyTask, task } from "hardhat/config";
import type { TaskDefinition } from "hardhat/types/tasks";
import { addressOption, dryRun, from, intOption, json, textOption, yes } from "./options.ts";

const registry = addressOption("registry", "WalrusCommittees");

/** `hardhat committee ...` */
export const committeeTasks: TaskDefinition[] = [
  emptyTask("committee", "Bring storage committees of Walrus to the chain, and show them").build(),
  task(["committee", "import"], "Bring the committee of the current epoch; the sending account becomes its source")
    .addOption(textOption("file", "Take it from this file (scrimshaw.committee/1) and not from the configured network"))
    .addOption(textOption("startsAt", "When the epoch began, Unix or ISO 8601 (default: as the network says)"))
    .addOption(intOption("duration", "Seconds that an epoch lasts (0: as the network says)", 0))
    .addOption(textOption("save", "Write it to this file too, so that others can compare it"))
    .addOption(registry)
    .addOption(from)
    .addFlag(dryRun)
    .addFlag(yes)
    .addFlag(json)
    .setAction(() => import("../../../tasks/committee/import.ts"))
    .build(),
  task(["committee", "show"], "Show what a source says of an epoch's committee")
    .addOption(textOption("source", "Account that brought it, or its name (default: the sending account)"))
    .addOption(intOption("epoch", "Walrus epoch (-1: the newest of the source)", -1))
    .addOption(registry)
    .addOption(from)
    .addFlag(json)
    .setAction(() => import("../../../tasks/committee/show.ts"))
    .build(),
];
