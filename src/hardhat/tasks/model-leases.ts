import { task } from "hardhat/config";
import type { TaskDefinition } from "hardhat/types/tasks";
import { registry, version } from "./model-options.ts";
import { dryRun, from, intOption, json, textOption, yes } from "./options.ts";

/** `hardhat model ...`: until when a version's bytes are paid for. */
export const modelLeaseTasks: TaskDefinition[] = [
  task(["model", "status"], "Say until when each blob of a version is paid for, and who says so")
    .addPositionalArgument(version)
    .addFlag({ name: "documents", description: "The documents too that were added and not revoked" })
    .addOption(registry)
    .addFlag(json)
    .setAction(() => import("../../../tasks/model/status.ts"))
    .build(),
  task(
    ["model", "renew"],
    "Pay for more epochs of all blobs of a version, and record that; exit 2 if some were not renewed",
  )
    .addPositionalArgument({ ...version, defaultValue: "" })
    .addOption(intOption("epochs", "Epochs to be paid for in all, from the current one (0: as configured)", 0))
    .addOption(
      textOption(
        "allExpiringWithin",
        "Instead of one version: all active ones of your own models that end within so many epochs, or days as 10d",
      ),
    )
    .addOption(textOption("maxCost", "Renew nothing if all together may cost more WAL than this, as 5 or 0.25"))
    .addFlag({ name: "documents", description: "The sending account's own documents too" })
    .addFlag({
      name: "thorough",
      description: "Ask storage nodes about every version, not only those whose claimed end is near or cannot be true",
    })
    .addOption(registry)
    .addOption(from)
    .addFlag(dryRun)
    .addFlag(yes)
    .addFlag(json)
    .setAction(() => import("../../../tasks/model/renew.ts"))
    .build(),
];
