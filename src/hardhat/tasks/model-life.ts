import { emptyTask, task } from "hardhat/config";
import type { TaskDefinition } from "hardhat/types/tasks";
import { addressOption, from, intOption, json, textOption } from "./options.ts";

const registry = addressOption("registry", "the ModelRegistry");
const model = {
  name: "model",
  description: "Model as <creator>/<name>; creator is an address or a name of the address book",
} as const;
const version = {
  name: "reference",
  description: "Version as <creator>/<name>@<version, tag or label>",
} as const;
const account = { name: "account", description: "Address, or a name of the address book" } as const;

/** `hardhat model ...`: whose a model is, and what its owner says of it. */
export const modelLifeTasks: TaskDefinition[] = [
  task(["model", "transfer"], "Give a model to another account in two steps; without a step, show whose it is")
    .addPositionalArgument(model)
    .addOption(textOption("to", "Offer it to this account, an address or a name of the address book"))
    .addFlag({ name: "accept", description: "Take the model that was offered to the sending account" })
    .addFlag({ name: "cancel", description: "Take the offer back" })
    .addOption(registry)
    .addOption(from)
    .addFlag(json)
    .setAction(() => import("../../../tasks/model/transfer.ts"))
    .build(),
  emptyTask(["model", "publisher"], "Say who may publish a model beside its owner").build(),
  task(["model", "publisher", "add"], "Let an account publish and renew a model, and nothing else")
    .addPositionalArgument(model)
    .addPositionalArgument(account)
    .addOption(registry)
    .addOption(from)
    .addFlag(json)
    .setAction(() => import("../../../tasks/model/publisher/add.ts"))
    .build(),
  task(["model", "publisher", "remove"], "No longer let an account publish a model")
    .addPositionalArgument(model)
    .addPositionalArgument(account)
    .addOption(registry)
    .addOption(from)
    .addFlag(json)
    .setAction(() => import("../../../tasks/model/publisher/remove.ts"))
    .build(),
  task(["model", "publisher", "list"], "List who may publish a model")
    .addPositionalArgument(model)
    .addOption(intOption("limit", "How many to list at most", 1000))
    .addOption(registry)
    .addFlag(json)
    .setAction(() => import("../../../tasks/model/publisher/list.ts"))
    .build(),
  task(["model", "relay"], "Send a release that its publisher signed with `model publish --sign-only`, and pay its gas")
    .addPositionalArgument({ name: "file", description: "The signed release" })
    .addOption(intOption("maxGas", "The most gas to pay for; the publisher may be a wallet of unknown code", 500_000))
    .addOption(registry)
    .addOption(from)
    .addFlag(json)
    .setAction(() => import("../../../tasks/model/relay.ts"))
    .build(),
  task(["model", "deprecate"], "Advise against a version, which still can be pulled, with a warning")
    .addPositionalArgument(version)
    .addOption(textOption("reason", "Why, for people: at most 256 bytes"))
    .addFlag({ name: "undo", description: "Take the advice back: the version is active again" })
    .addOption(registry)
    .addOption(from)
    .addFlag(json)
    .setAction(() => import("../../../tasks/model/deprecate.ts"))
    .build(),
  task(["model", "revoke"], "Revoke a version for good: it is no longer pulled, and never comes back")
    .addPositionalArgument(version)
    .addOption(textOption("reason", "Why, for people: needed, at most 256 bytes"))
    .addOption(registry)
    .addOption(from)
    .addFlag(json)
    .setAction(() => import("../../../tasks/model/revoke.ts"))
    .build(),
];
