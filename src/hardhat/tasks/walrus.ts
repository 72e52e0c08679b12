import { emptyTask, task } from "hardhat/config";
import type { TaskDefinition } from "hardhat/types/tasks";
import { dryRun, epochsToPay, intOption, json, textOption, addressOption, from } from "./options.ts";

const BLOB = "Blob ID, base64url or 0x and 64 hex digits (after -- if it begins with -); or a list saved by put";

/** What most commands are about, with a command to type: Hardhat's help shows none. */
function blob(example: string): { readonly name: "blob"; readonly description: string } {
  return { name: "blob", description: `${BLOB}, as in: walrus ${example}` };
}

/** `hardhat walrus ...` */
export const walrusTasks: TaskDefinition[] = [
  emptyTask("walrus", "Serve a local Walrus; store and read blobs").build(),
  task(["walrus", "serve"], "Serve a local Walrus network: publisher, aggregator and upload relay on one port")
    .addOption({ name: "host", description: "Interface to bind to", defaultValue: "127.0.0.1" })
    .addOption(intOption("port", "Port to listen on, 1 to 65535 (0: any free one)", 31415))
    .addOption(intOption("nShards", "Shards; other counts than 1000 give other Blob IDs (0: as configured)", 0))
    .addOption(intOption("nodes", "Storage nodes of the committee", 10))
    .addOption(intOption("epochSeconds", "Length of an epoch in seconds (0: the epoch does not change)", 0))
    .addOption(textOption("directory", "Folder that keeps the network's data (default: as configured)"))
    .addOption(textOption("faults", "Faults to show, as node-down:3,aggregator-status:503 (a wrong one lists all)"))
    .addFlag({ name: "demandToken", description: "Take uploads only with a JWT signed with walrus.publisherSecret" })
    .addFlag({ name: "fromSlivers", description: "Let the aggregator read from the storage nodes' slivers" })
    .addFlag(json)
    .setAction(() => import("../../../tasks/walrus/serve.ts"))
    .build(),
  task(["walrus", "put"], "Store a file, or each file of a folder, as a blob and check its Blob ID")
    .addPositionalArgument({ name: "path", description: "File or folder, as in: walrus put weights.bin --epochs 20" })
    .addOption(intOption("epochs", epochsToPay, 0))
    .addOption(textOption("save", "File to write the list of blobs to, for get, status, extend and certify"))
    .addFlag({ name: "deletable", description: "Let the blob's owner delete it before its end" })
    .addFlag(dryRun)
    .addFlag(json)
    .setAction(() => import("../../../tasks/walrus/put.ts"))
    .build(),
  task(["walrus", "get"], "Read a blob, or a list of blobs, checked against Blob ID or content hash")
    .addPositionalArgument(blob("get <blob> --output weights.bin"))
    .addOption(textOption("output", "File, or folder for a list, to write to (default: stdout)"))
    .addOption(textOption("contentHash", "Expected SHA-256, 0x and 64 hex digits; spares the encoding"))
    .addFlag(json)
    .setAction(() => import("../../../tasks/walrus/get.ts"))
    .build(),
  task(["walrus", "status"], "Show what is known of a blob, and from whom")
    .addPositionalArgument(blob("status <blob>"))
    .addFlag(json)
    .setAction(() => import("../../../tasks/walrus/status.ts"))
    .build(),
  task(["walrus", "extend"], "Pay for more epochs of a blob")
    .addPositionalArgument(blob("extend <blob> --epochs 20"))
    .addOption(intOption("epochs", "Epochs to be paid for in all, 1 to 53 from the current one (0: as configured)", 0))
    .addFlag(json)
    .setAction(() => import("../../../tasks/walrus/extend.ts"))
    .build(),
  task(["walrus", "certify"], "Collect and verify fresh certificates that the storage nodes hold blobs")
    .addVariadicArgument({
      name: "blobs",
      description: `Blobs and models. A blob: ${BLOB}. A model, <creator>/<name>[@<version, tag or label>]: its manifest and all blobs that hold its files. As in: walrus certify alice/iris@stable --source alice`,
    })
    .addOption(textOption("save", "File to write the certificates to, which must not exist"))
    .addOption(
      textOption("source", "Have the chain verify it too, by the committees that this account (or its name) brought"),
    )
    .addOption(addressOption("registry", "BlobAvailability"))
    .addOption(from)
    .addFlag({
      name: "dryRun",
      description: "With --source: collect certificates, show transactions, gas and cost, and send nothing",
    })
    .addFlag(json)
    .setAction(() => import("../../../tasks/walrus/certify.ts"))
    .build(),
  task(["walrus", "cost"], "Show what storing a file or folder costs")
    .addPositionalArgument({ name: "path", description: "File or folder, as in: walrus cost weights.bin --epochs 20" })
    .addOption(intOption("epochs", epochsToPay, 0))
    .addFlag(json)
    .setAction(() => import("../../../tasks/walrus/cost.ts"))
    .build(),
];
