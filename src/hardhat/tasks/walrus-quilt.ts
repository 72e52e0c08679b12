import { emptyTask, task } from "hardhat/config";
import { ArgumentType } from "hardhat/types/arguments";
import type { TaskDefinition } from "hardhat/types/tasks";
import { dryRun, epochsToPay, intOption, json, textOption } from "./options.ts";

/** `hardhat walrus quilt ...` */
export const quiltTasks: TaskDefinition[] = [
  emptyTask(["walrus", "quilt"], "Store many small files in one blob; list and read them").build(),
  task(["walrus", "quilt", "put"], "Store a folder's files as patches of one quilt, or of several")
    .addPositionalArgument({
      name: "folder",
      description: "Folder to store, as in: walrus quilt put notes --tags tags.json",
    })
    .addOption({
      name: "tags",
      description: 'JSON file of tags by path: {"file.txt": {"key": "value"}}',
      type: ArgumentType.FILE_WITHOUT_DEFAULT,
      defaultValue: undefined,
    })
    .addOption(intOption("epochs", epochsToPay, 0))
    .addFlag({ name: "deletable", description: "Let the publisher delete the quilt before its end" })
    .addFlag({
      name: "asForm",
      description: "Send the files to the publisher's route for quilts, which may take more bytes",
    })
    .addFlag(dryRun)
    .addFlag(json)
    .setAction(() => import("../../../tasks/walrus/quilt-put.ts"))
    .build(),
  task(["walrus", "quilt", "list"], "List a quilt's patches with their tags, from its checked bytes")
    .addPositionalArgument({
      name: "quiltId",
      description: "Blob ID, base64url or 0x and 64 hex digits, as in: walrus quilt list <quilt id> --tag kind=text",
    })
    .addOption(textOption("tag", "Only patches that bear this tag, as key=value"))
    .addOption(textOption("contentHash", "Expected SHA-256 of the quilt, 0x and 64 hex digits; spares the encoding"))
    .addFlag(json)
    .setAction(() => import("../../../tasks/walrus/quilt-list.ts"))
    .build(),
  task(["walrus", "quilt", "get"], "Read one patch, checked against its quilt or its own hash")
    .addPositionalArgument({
      name: "patch",
      description: "Patch ID; or the quilt's Blob ID, and an identifier, as in: walrus quilt get <quilt id> card.md",
    })
    .addPositionalArgument({
      name: "identifier",
      description: "Identifier of the patch in the quilt",
      defaultValue: "",
    })
    .addOption(textOption("output", "File to write to, which must not exist (default: stdout)"))
    .addOption(textOption("contentHash", "Expected SHA-256 of the quilt, 0x and 64 hex digits; spares the encoding"))
    .addOption(textOption("patchHash", "Expected SHA-256 of the patch, 0x and 64 hex digits; spares the quilt"))
    .addFlag(json)
    .setAction(() => import("../../../tasks/walrus/quilt-get.ts"))
    .build(),
];
