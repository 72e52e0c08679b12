import { emptyTask, task } from "hardhat/config";
import { ArgumentType } from "hardhat/types/arguments";
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
} from "./options.ts";

const registry = addressOption("registry", "the ProofRegistry");
const epochs = intOption("epochs", "Walrus epochs to pay for (0: as configured)", 0);
const queueOption = {
  name: "queue",
  description: "File that keeps accepted proofs until they are settled",
  type: ArgumentType.STRING,
  defaultValue: ".scrimshaw/settler.sqlite",
} as const;

/** `hardhat proof ...` */
export const proofTasks: TaskDefinition[] = [
  emptyTask("proof", "Record, settle and audit proofs of inference").build(),
  task(["proof", "record"], "Store one proof's evidence on Walrus and record the proof on chain")
    .addPositionalArgument({
      name: "file",
      description:
        "Proof file (scrimshaw.proof/1) of an inference node; or run the model here with --model and --input",
      defaultValue: "",
    })
    .addOption(textOption("model", "Model to run, <creator>/<name>[@<version, tag or label>]"))
    .addOption(textOption("input", "JSON file of named input tensors, {name: {dtype, shape, values}}"))
    .addOption(textOption("request", "Request id that the proof answers, 0x and 64 hex digits (default: a random one)"))
    .addFlag({
      name: "attest",
      description: "Sign as attester with the sending account (default: record as its submitter)",
    })
    .addOption(textOption("attester", "Sign as this attester of scrimshaw.attesters"))
    .addFlag({
      name: "publishPlaintext",
      description: "Put inputs and outputs into the evidence, readable by everyone",
    })
    .addOption(
      textOption(
        "encryptTo",
        "Put inputs, outputs and salts into the evidence, readable by these comma-separated recipients of age (age1...)",
      ),
    )
    .addOption(recipientsFile)
    .addOption(
      textOption("disclosure", "Keep inputs, outputs and salts in this private file, for an auditor to run it again"),
    )
    .addOption(identityFile)
    .addOption(textOption("save", "Write the proof file here instead of recording it, for a later settle"))
    .addOption(epochs)
    .addOption(registry)
    .addOption(from)
    .addFlag(dryRun)
    .addFlag(json)
    .setAction(() => import("../../../tasks/proof/record.ts"))
    .build(),
  task(["proof", "settle"], "Store many proofs in one bundle on Walrus and settle them under one root")
    .addVariadicArgument({ name: "files", description: "Proof files (scrimshaw.proof/1)" })
    .addOption(epochs)
    .addFlag(certify)
    .addOption(certifySource)
    .addOption(registry)
    .addOption(from)
    .addFlag(dryRun)
    .addFlag(json)
    .setAction(() => import("../../../tasks/proof/settle.ts"))
    .build(),
  task(["proof", "serve"], "Take proofs from a folder or over HTTP and settle them by the batch, until stopped")
    .addOption(queueOption)
    .addOption(textOption("watch", "Folder whose proof files (*.json) are taken and moved to accepted/ or refused/"))
    .addOption(intOption("port", "Listen on 127.0.0.1 for POST /v1/proofs (0: any free port; default: not at all)", -1))
    .addFlag({ name: "drain", description: "Settle what waits, and end" })
    .addOption(intOption("maxCount", "Proofs that make a batch", 1_000))
    .addOption({
      name: "maxBytes",
      description: "Bytes that make a batch, like 64MiB",
      type: ArgumentType.STRING,
      defaultValue: "64MiB",
    })
    .addOption(intOption("idleSeconds", "Seconds without a new proof that make a batch", 5))
    .addOption(intOption("maxAgeSeconds", "Seconds that a proof waits at most", 60))
    .addOption(intOption("finality", "Blocks after which a settlement is final", 64))
    .addOption(textOption("maxFeeGwei", "The most to pay for gas, in gwei (default: no limit)"))
    .addOption(epochs)
    .addOption(registry)
    .addOption(from)
    .addFlag(json)
    .setAction(() => import("../../../tasks/proof/serve.ts"))
    .build(),
  task(["proof", "list"], "List recorded proofs and settled batches, oldest first")
    .addOption(textOption("model", "Only proofs of this model: <creator>/<name>, or its id"))
    .addOption(textOption("attester", "Only proofs of this attester: its id, or the submitter's address"))
    .addOption(textOption("batch", "Only the settlement of this batch, and proofs that were recorded from it"))
    .addOption(intOption("fromBlock", "From this block on (default: the deployment)", -1))
    .addOption(intOption("toBlock", "Up to this block (default: the newest)", -1))
    .addOption(intOption("offset", "How many to leave out at the beginning", 0))
    .addOption(intOption("limit", "How many to list at most", 100))
    .addOption(registry)
    .addFlag(json)
    .addFlag({ name: "jsonLines", description: "Print each entry as JSON on a line of its own, as it is found" })
    .setAction(() => import("../../../tasks/proof/list.ts"))
    .build(),
  task(["proof", "show"], "Show what the chain holds of one proof or batch")
    .addPositionalArgument({
      name: "id",
      description: "Proof id, record id or batch id; a proof inside a batch goes by its batch",
    })
    .addOption(registry)
    .addFlag(json)
    .setAction(() => import("../../../tasks/proof/show.ts"))
    .build(),
  task(
    ["proof", "audit"],
    "Check a proof, a batch, or all of a model or of some blocks, from the chain down to the bytes; exit 0 passed, 1 failed, 2 incomplete",
  )
    .addPositionalArgument({
      name: "id",
      description: "Proof id, record id or batch id; a proof inside a batch goes by its batch",
      defaultValue: "",
    })
    .addOption(textOption("model", "In place of an id: all recorded proofs of this model, <creator>/<name> or its id"))
    .addFlag({ name: "batches", description: "With --model: search the bundles of batches for its proofs too" })
    .addOption(intOption("fromBlock", "In place of an id: all from this block on (default: the deployment)", -1))
    .addOption(intOption("toBlock", "All up to this block (default: the newest)", -1))
    .addOption(intOption("sample", "Look at so many proofs of each batch, drawn at random (0: all)", 0))
    .addOption(textOption("seed", "With --sample: draw again what an earlier audit drew"))
    .addFlag({
      name: "rerun",
      description: "Run the model again on inputs that the evidence or a disclosure shows (needs onnxruntime-web)",
    })
    .addOption(intOption("rerunSeconds", "Seconds that a model may take to load, and for each run", 60))
    .addOption(intOption("rerunTotalSeconds", "Seconds after which no further model is run again", 3_600))
    .addOption(identityFile)
    .addOption(textOption("disclosure", "File that the prover gave you to run an unpublished inference again"))
    .addOption({
      name: "trust",
      description: "Further verifiers whose answer counts, separated by commas (default: the deployed one alone)",
      type: ArgumentType.STRING,
      defaultValue: "",
    })
    .addOption(
      textOption("maxAge", "Seconds that an attester's document may be older than its admission (default: a day)"),
    )
    .addOption(textOption("opengradient", "In place of an id: the tree dump of a batch that OpenGradient settled"))
    .addOption(textOption("root", "With --opengradient: the Merkle root from its BatchSettlement event"))
    .addOption(intOption("count", "With --opengradient: the batch size from that event (0: not checked)", 0))
    .addOption(textOption("enclaveKey", "With --opengradient: PEM files of the enclaves' public keys, by commas"))
    .addOption(registry)
    .addFlag(json)
    .setAction(() => import("../../../tasks/proof/audit.ts"))
    .build(),
];
