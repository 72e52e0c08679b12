import { emptyTask, task } from "hardhat/config";
import { ArgumentType } from "hardhat/types/arguments";
import type { TaskDefinition } from "hardhat/types/tasks";
import { model, registry, version } from "./model-options.ts";
import { from, intOption, json, textOption } from "./options.ts";

const DOCUMENT_KINDS = "other, model-card, evaluation, licence, provenance or audit";
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
  emptyTask(
    ["model", "document"],
    "Say something about a version under your own name: evaluations, licences, audits",
  ).build(),
  task(["model", "document", "add"], "Store a document on Walrus and add it to a version, under the sending account")
    .addPositionalArgument(version)
    .addPositionalArgument({ name: "kind", description: DOCUMENT_KINDS })
    .addPositionalArgument({ name: "file", description: "The document, at most 64 MiB; it becomes public" })
    .addOption(intOption("epochs", "Walrus epochs to pay for (0: as configured)", 0))
    .addOption(registry)
    .addOption(from)
    .addFlag(json)
    .setAction(() => import("../../../tasks/model/document/add.ts"))
    .build(),
  task(["model", "document", "list"], "List what anyone said about a version; believe whom you know")
    .addPositionalArgument(version)
    .addOption(textOption("author", "Only those of this account, an address or a name of the address book"))
    .addOption(textOption("kind", `Only those of this kind: ${DOCUMENT_KINDS}`))
    .addOption(intOption("offset", "How many to leave out at the beginning", 0))
    .addOption(intOption("limit", "How many to list at most", 100))
    .addOption(registry)
    .addFlag(json)
    .setAction(() => import("../../../tasks/model/document/list.ts"))
    .build(),
  task(["model", "document", "revoke"], "Revoke a document of the sending account's for good; it stays listed, marked")
    .addPositionalArgument(version)
    .addPositionalArgument({ name: "number", description: "The document's number", type: ArgumentType.INT })
    .addOption(textOption("reason", "Why, for people: at most 256 bytes"))
    .addOption(registry)
    .addOption(from)
    .addFlag(json)
    .setAction(() => import("../../../tasks/model/document/revoke.ts"))
    .build(),
];
