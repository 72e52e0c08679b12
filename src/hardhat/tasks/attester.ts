import { emptyTask, task } from "hardhat/config";
import type { NewTaskDefinitionBuilder, TaskArguments, TaskDefinition } from "hardhat/types/tasks";
import { addressOption, dryRun, from, intOption, json, textOption } from "./options.ts";

const registry = addressOption("registry", "the AttesterRegistry");
const epochs = intOption("epochs", "Walrus epochs to pay for (0: as configured)", 0);
const attester = {
  name: "attester",
  description: "Attester id, address, name of the address book or of scrimshaw.attesters, ERC-7913 bytes or PEM file",
} as const;
const signer = {
  name: "signer",
  description:
    "Key: address, name of the address book or of scrimshaw.attesters, ERC-7913 bytes, or public key in a PEM file",
} as const;
const maxAge = textOption("maxAge", "Seconds that a document may be older than its admission (default: a day)");
const nonce = textOption("nonce", "Nonce that the document must carry, in hex");
const root = textOption("root", "SHA-256 of the root certificate to trust (default: that of AWS Nitro Enclaves)");
const validFrom = textOption("validFrom", "Beginning, ISO 8601 or Unix seconds (default: now)");
const validUntil = textOption(
  "validUntil",
  "End, exclusive, ISO 8601 or Unix seconds (default: a year after the beginning)",
);
const measurement = textOption(
  "measurement",
  "What the attester runs, 0x and 64 hex digits, approved before (default: what the document measures, else none)",
);
const kind = textOption("kind", "Kind of attester (default: nitro with a document, else key)");
const document = textOption("document", "File with the attestation document: verified, then stored on Walrus");
const endpoint = { name: "endpoint", description: "Where the attester answers", defaultValue: "" } as const;
const at = textOption("at", "From when on it does not count any more, ISO 8601 or Unix seconds (default: now)");
const reason = { name: "reason", description: "Why, for people; kept in the event", defaultValue: "" } as const;

/** All that is said of a key that a command admits. */
function admits<Arguments extends TaskArguments>(command: NewTaskDefinitionBuilder<Arguments>) {
  return command
    .addOption(measurement)
    .addOption(kind)
    .addOption(document)
    .addOption(maxAge)
    .addOption(nonce)
    .addOption(root)
    .addOption(endpoint)
    .addOption(validFrom)
    .addOption(validUntil)
    .addOption(epochs)
    .addOption(registry)
    .addOption(from)
    .addFlag(dryRun)
    .addFlag(json);
}

/** `hardhat attester ...` */
export const attesterTasks: TaskDefinition[] = [
  emptyTask("attester", "Manage and verify the keys that may attest").build(),
  admits(
    task(
      ["attester", "add"],
      "Register a key that may sign proofs, its attestation document verified first",
    ).addPositionalArgument(signer),
  )
    .setAction(() => import("../../../tasks/attester/add.ts"))
    .build(),
  admits(
    task(["attester", "rotate"], "Register a key in the place of another, and link the two")
      .addPositionalArgument({ ...attester, description: `To replace: ${attester.description}` })
      .addPositionalArgument(signer)
      .addOption({ name: "overlap", description: "Seconds for which the old key may still sign", defaultValue: "0" })
      .addFlag({
        name: "possession",
        description: "Have the new key, one of scrimshaw.attesters, sign that somebody holds it",
      }),
  )
    .setAction(() => import("../../../tasks/attester/rotate.ts"))
    .build(),
  task(["attester", "update"], "Change where an attester answers, or its attestation document")
    .addPositionalArgument(attester)
    .addOption(textOption("endpoint", "Where the attester answers; empty for nowhere"))
    .addOption(document)
    .addOption(maxAge)
    .addOption(nonce)
    .addOption(root)
    .addOption(epochs)
    .addOption(registry)
    .addOption(from)
    .addFlag(json)
    .setAction(() => import("../../../tasks/attester/update.ts"))
    .build(),
  task(["attester", "revoke"], "Stop believing a key, from now or from a time that is past; earlier proofs stay")
    .addPositionalArgument(attester)
    .addOption(at)
    .addOption(reason)
    .addOption(registry)
    .addOption(from)
    .addFlag(json)
    .setAction(() => import("../../../tasks/attester/revoke.ts"))
    .build(),
  task(["attester", "approve"], "Approve what attesters may run")
    .addPositionalArgument({
      name: "measurement",
      description: "0x and 64 hex digits: for Nitro, keccak256 of PCR0, PCR1 and PCR2",
      defaultValue: "",
    })
    .addOption(textOption("pcrs", "JSON file of nitro-cli with the image's PCR0, PCR1 and PCR2, instead"))
    .addOption(validFrom)
    .addOption(validUntil)
    .addOption({ name: "note", description: "What it is, for people; kept in the event", defaultValue: "" })
    .addOption(registry)
    .addOption(from)
    .addFlag(json)
    .setAction(() => import("../../../tasks/attester/approve.ts"))
    .build(),
  task(["attester", "close"], "Close an approval, and with it the validity of every attester under it")
    .addPositionalArgument({ name: "approval", description: "Number of the approval" })
    .addOption(at)
    .addOption(reason)
    .addOption(registry)
    .addOption(from)
    .addFlag(json)
    .setAction(() => import("../../../tasks/attester/close.ts"))
    .build(),
  task(["attester", "list"], "List attesters, or the approvals of what they run")
    .addFlag({ name: "approvals", description: "List approvals instead" })
    .addFlag({ name: "valid", description: "Only attesters that may sign now" })
    .addOption(textOption("kind", "Only attesters of this kind"))
    .addOption(textOption("seenWithin", "Only attesters that signed the hash of a block of the last so many seconds"))
    .addOption(intOption("offset", "How many to leave out at the beginning", 0))
    .addOption(intOption("limit", "How many to read at most", 100))
    .addOption(registry)
    .addFlag(json)
    .setAction(() => import("../../../tasks/attester/list.ts"))
    .build(),
  task(["attester", "show"], "Show what the chain holds of one attester")
    .addPositionalArgument(attester)
    .addOption(registry)
    .addFlag(json)
    .setAction(() => import("../../../tasks/attester/show.ts"))
    .build(),
  task(
    ["attester", "verify"],
    "Check an attester from the chain and Walrus alone; exit 0 passed, 1 failed, 2 incomplete",
  )
    .addPositionalArgument(attester)
    .addOption(maxAge)
    .addOption(nonce)
    .addOption(root)
    .addOption(registry)
    .addFlag(json)
    .setAction(() => import("../../../tasks/attester/verify.ts"))
    .build(),
  task(["attester", "ping"], "Have an attester sign the newest block's hash, and show the chain that it is alive")
    .addPositionalArgument({
      name: "attester",
      description: "Name of scrimshaw.attesters (default: the sending account)",
      defaultValue: "",
    })
    .addOption(registry)
    .addOption(from)
    .addFlag(json)
    .setAction(() => import("../../../tasks/attester/ping.ts"))
    .build(),
];
