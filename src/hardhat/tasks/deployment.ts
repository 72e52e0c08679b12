import { emptyTask, task } from "hardhat/config";
import type { TaskDefinition } from "hardhat/types/tasks";
import { dryRun, from, intOption, json, textOption, yes } from "./options.ts";

/** `hardhat deployment ...` */
export const deploymentTasks: TaskDefinition[] = [
  emptyTask("deployment", "Put the contracts on a chain, and look at what is there").build(),
  task(["deployment", "check"], "Ask a chain for what the contracts need of it: EIP-2537, EIP-7951, CreateX")
    .addFlag(json)
    .setAction(() => import("../../../tasks/deployment/check.ts"))
    .build(),
  task(["deployment", "create"], "Create what is missing, at the same addresses on every chain, and put it on record")
    .addOption(
      textOption(
        "admin",
        "Account that decides who may attest; a multisig in earnest (needed beyond development chains)",
      ),
    )
    .addOption(
      intOption("maxDelay", "Seconds between inference and anchor that attesters' seals may take (0: a day)", 0),
    )
    .addOption(
      textOption("only", "Some contracts, by their names in deployments.json, with commas; what they need comes along"),
    )
    .addOption(from)
    .addFlag(dryRun)
    .addFlag(yes)
    .addFlag(json)
    .setAction(() => import("../../../tasks/deployment/create.ts"))
    .build(),
  task(["deployment", "show"], "Show what is on record for a chain, and check it there")
    .addFlag(json)
    .setAction(() => import("../../../tasks/deployment/show.ts"))
    .build(),
  task(
    ["deployment", "verify"],
    "In a checkout of Scrimshaw: publish the contracts' sources to an explorer that compiles and compares them",
  )
    .addOption(textOption("provider", "sourcify, etherscan or blockscout (default: sourcify)"))
    .addOption(textOption("only", "Some contracts, by their names in deployments.json, with commas"))
    .addFlag(json)
    .setAction(() => import("../../../tasks/deployment/verify.ts"))
    .build(),
];
