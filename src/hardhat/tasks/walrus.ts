import { emptyTask, task } from "hardhat/config";
import { ArgumentType } from "hardhat/types/arguments";
import type { TaskDefinition } from "hardhat/types/tasks";
import { dryRun, intOption, json, textOption } from "./options.ts";

/** `hardhat walrus ...` */
export const walrusTasks: TaskDefinition[] = [
  emptyTask("walrus", "Serve a local Walrus; store and read blobs").build(),
  task(["walrus", "serve"], "Serve a local Walrus network: publisher and aggregator on one port")
    .addOption({ name: "host", description: "Interface to bind to", defaultValue: "127.0.0.1" })
    .addOption(intOption("port", "Port to listen on (0: any free one)", 31415))
    .addOption(intOption("nShards", "Shards; other counts than 1000 give other Blob IDs (0: as configured)", 0))
    .addOption(intOption("nodes", "Storage nodes of the committee", 10))
    .addOption(intOption("epochSeconds", "Length of an epoch in seconds (0: the epoch does not change)", 0))
    .addOption(textOption("directory", "Folder that keeps the network's data (default: as configured)"))
    .addFlag(json)
    .setAction(() => import("../../../tasks/walrus/serve.ts"))
    .build(),
  task(["walrus", "put"], "Store a file as a blob and check its Blob ID")
    .addPositionalArgument({ name: "file", description: "File to store", type: ArgumentType.FILE })
    .addOption(intOption("epochs", "Epochs to pay for (0: as configured)", 0))
    .addFlag({ name: "deletable", description: "Let the publisher delete the blob before its end" })
    .addFlag(dryRun)
    .addFlag(json)
    .setAction(() => import("../../../tasks/walrus/put.ts"))
    .build(),
  task(["walrus", "get"], "Read a blob, checked against its Blob ID or content hash")
    .addPositionalArgument({ name: "blobId", description: "Blob ID, base64url or 0x and 64 hex digits" })
    .addOption(textOption("output", "File to write to, which must not exist (default: stdout)"))
    .addOption(textOption("contentHash", "Expected SHA-256, 0x and 64 hex digits; spares the encoding"))
    .addFlag(json)
    .setAction(() => import("../../../tasks/walrus/get.ts"))
    .build(),
  task(["walrus", "status"], "Show what is known of a blob, and from whom")
    .addPositionalArgument({ name: "blobId", description: "Blob ID, base64url or 0x and 64 hex digits" })
    .addFlag(json)
    .setAction(() => import("../../../tasks/walrus/status.ts"))
    .build(),
];
