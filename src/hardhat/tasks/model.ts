import { emptyTask, task } from "hardhat/config";
import type { TaskDefinition } from "hardhat/types/tasks";
import {
  addressOption,
  certify,
  certifySource,
  dryRun,
  from,
  identityFile,
  intOption,
  json,
  recipientsFile,
  textOption,
  yes,
} from "./options.ts";

const registry = addressOption("registry", "the ModelRegistry");
const reference =
  "Model as <creator>/<name>[@<version, tag or label>]; creator is an address or a name of the address book";

/** `hardhat model ...`: what is published and read; `model-life.ts` describes the rest. */
export const modelTasks: TaskDefinition[] = [
  emptyTask("model", "Publish models to Walrus and pull them by name").build(),
  task(["model", "register"], "Register a model name under the sending account")
    .addPositionalArgument({ name: "name", description: "1-64 characters of [a-z0-9._-]" })
    .addOption(registry)
    .addOption(from)
    .addFlag(json)
    .setAction(() => import("../../../tasks/model/register.ts"))
    .build(),
  task(["model", "publish"], "Publish a folder as the next version of a model; run it again to resume")
    .addPositionalArgument({ name: "folder", description: "Folder that holds the model's files" })
    .addPositionalArgument({
      name: "name",
      description:
        "Name of the model, registered if it is new (default: as in scrimshaw.json); or <creator>/<name> of one that you own or may publish",
      defaultValue: "",
    })
    .addOption(textOption("label", "Name of this version for good, for example 1.0.0 (default: as in scrimshaw.json)"))
    .addOption(textOption("tag", "Tag to move to this version, for example stable"))
    .addOption(textOption("task", "What the model does, for example tabular-classification"))
    .addOption(textOption("license", "SPDX identifier of the model's licence"))
    .addOption(textOption("keywords", "Comma-separated words for the manifest"))
    .addOption(textOption("notes", "Free text for the manifest"))
    .addOption(
      textOption("include", "Only files that match one of these comma-separated patterns, as *.json,weights/**"),
    )
    .addOption(
      textOption("exclude", "No files that match one of these, besides what the folder's .scrimshawignore leaves out"),
    )
    .addOption(
      textOption("maxBlobSize", "Largest blob to make, for publishers that take no larger ones (default: 256MiB)"),
    )
    .addOption(intOption("epochs", "Walrus epochs to pay for (0: as configured)", 0))
    .addOption(
      textOption(
        "encryptTo",
        "Comma-separated recipients of age (age1...) who alone can read the files (default: everybody)",
      ),
    )
    .addOption(recipientsFile)
    .addOption(textOption("signOnly", "File for a signed release, which `model relay` sends from another account"))
    .addOption(
      textOption("deadline", "With --sign-only: last second to send it, Unix or ISO 8601 (default: in a week)"),
    )
    .addFlag(certify)
    .addOption(certifySource)
    .addOption(registry)
    .addOption(from)
    .addFlag(dryRun)
    .addFlag(yes)
    .addFlag(json)
    .setAction(() => import("../../../tasks/model/publish.ts"))
    .build(),
  task(["model", "pull"], "Fetch a model's files, checked against the registry, and print the folder that holds them")
    .addPositionalArgument({ name: "reference", description: `${reference}; or the Blob ID of a manifest` })
    .addPositionalArgument({
      name: "folder",
      description: "Folder to copy the files to, or to update from another version (default: use them in the cache)",
      defaultValue: "",
    })
    .addOption(textOption("to", "The same as the second argument"))
    .addOption(
      textOption("include", "Only files that match one of these comma-separated patterns, as *.json,weights/**"),
    )
    .addOption(textOption("maxSize", "Refuse models that are larger, for example 50GB (default: 1TiB)"))
    .addOption(identityFile)
    .addFlag({ name: "force", description: "Take a version that its owner has revoked" })
    .addFlag({
      name: "overwrite",
      description: "Replace files in the folder that no pull put there, or that were changed since",
    })
    .addFlag({ name: "offline", description: "Ask no network: take what was pulled before" })
    .addOption(textOption("cache", "Folder of the cache (default: as configured)"))
    .addOption(registry)
    .addFlag(json)
    .setAction(() => import("../../../tasks/model/pull.ts"))
    .build(),
  task(
    ["model", "verify"],
    "Check a folder against the registry, or with --deep all of Walrus; exit 1 if a check failed, 2 if one could not be made",
  )
    .addPositionalArgument({ name: "reference", description: reference })
    .addOption(textOption("folder", "Folder to compare (default: the version's folder in the cache; none with --deep)"))
    .addOption(
      textOption("include", "Compare only files that match one of these comma-separated patterns, as pull took them"),
    )
    .addFlag({ name: "allowExtra", description: "The folder may hold other files too" })
    .addFlag({
      name: "deep",
      description: "Fetch every blob, recompute Blob IDs and hashes, and put every file together again",
    })
    .addOption(textOption("maxSize", "Refuse to fetch models that are larger, for example 50GB (default: 1TiB)"))
    .addOption(identityFile)
    .addOption(textOption("cache", "Folder of the cache (default: as configured)"))
    .addOption(registry)
    .addFlag(json)
    .setAction(() => import("../../../tasks/model/verify.ts"))
    .build(),
  task(["model", "list"], "List models: all, or those that fit all options")
    .addPositionalArgument({ name: "account", description: "The same as --creator", defaultValue: "" })
    .addOption(textOption("creator", "Only models of this creator, an address or a name of the address book"))
    .addOption(textOption("tag", "Only models with this tag"))
    .addOption(textOption("status", "Only models with a version that is active, deprecated or revoked"))
    .addOption(
      textOption(
        "task",
        "Only models whose manifest names this task; reads the manifest of every model, cached for good",
      ),
    )
    .addOption(intOption("offset", "Where to begin, as the last page said", 0))
    .addOption(intOption("limit", "How many to list at most", 100))
    .addOption(registry)
    .addFlag(json)
    .setAction(() => import("../../../tasks/model/list.ts"))
    .build(),
  task(["model", "show"], "Show a model, its versions and what one of them holds")
    .addPositionalArgument({ name: "reference", description: reference })
    .addOption(registry)
    .addFlag(json)
    .setAction(() => import("../../../tasks/model/show.ts"))
    .build(),
  task(["model", "tag"], "Move a tag to a version, or take it away")
    .addPositionalArgument({ name: "reference", description: reference })
    .addPositionalArgument({ name: "tag", description: "1-31 characters of [a-z0-9._-], beginning with a letter" })
    .addFlag({ name: "remove", description: "Take the tag away" })
    .addOption(registry)
    .addOption(from)
    .addFlag(json)
    .setAction(() => import("../../../tasks/model/tag.ts"))
    .build(),
];
