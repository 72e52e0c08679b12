import { emptyTask, task } from "hardhat/config";
import type { TaskDefinition } from "hardhat/types/tasks";
import { addressOption, from, json, textOption } from "./options.ts";

/** `hardhat attester ...` */
export const attesterTasks: TaskDefinition[] = [
  emptyTask("attester", "Manage the keys that may attest").build(),
  task(["attester", "add"], "Register a key that may sign proofs")
    .addPositionalArgument({ name: "signer", description: "Address of the key, or a name of the address book" })
    .addOption(textOption("measurement", "What the attester runs, 0x and 64 hex digits (default: zero, none)"))
    .addOption({
      name: "kind",
      description: "Kind of attester, for example key, nitro, tdx",
      defaultValue: "key",
    })
    .addOption(textOption("document", "File with the attestation document, stored on Walrus"))
    .addOption({ name: "endpoint", description: "Where the attester answers", defaultValue: "" })
    .addOption(textOption("validFrom", "Beginning, ISO 8601 or Unix seconds (default: now)"))
    .addOption(
      textOption("validUntil", "End, exclusive, ISO 8601 or Unix seconds (default: a year after the beginning)"),
    )
    .addOption(addressOption("registry", "the AttesterRegistry"))
    .addOption(from)
    .addFlag(json)
    .setAction(() => import("../../../tasks/attester/add.ts"))
    .build(),
];
