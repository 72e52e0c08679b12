import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import { transactionLine } from "../models/describe-transaction.ts";
import type { VersionStatus } from "../models/records.ts";
import { setStatus } from "../models/set-status.ts";
import { runModelCommand } from "./model-command.ts";
import type { ModelCommandArguments } from "./model-command.ts";

export interface StatusArguments extends ModelCommandArguments {
  readonly reference: string;
  readonly reason: string | undefined;
}

export interface ChangeStatusOptions {
  readonly args: StatusArguments;
  readonly hre: HardhatRuntimeEnvironment;
  readonly status: VersionStatus;
}

/** What `model deprecate` and `model revoke` do. */
export async function changeStatus({ args, hre, status }: ChangeStatusOptions): Promise<void> {
  await runModelCommand({
    schema: "scrimshaw.model-status-change/1",
    ...{ args, hre, sends: true },
    run: async ({ registry, referenceOf, signal, onSent }) => {
      const reference = referenceOf(args.reference);
      const { reason = "" } = args;
      const change = await setStatus({ registry, reference, status, reason, signal, onSent });
      const { version, before, transaction } = change;
      const forGood = status === "revoked" ? ", for good: no later change brings it back" : "";
      return {
        result: { ...change, reason: transaction ? reason : null, transaction: transaction ?? null },
        lines: [
          `version      ${reference.creator}/${reference.name}@${version}`,
          `status       ${status}${before === status ? ", as before" : ` (was ${before})`}${forGood}`,
          transactionLine(transaction, "nothing to change"),
        ],
      };
    },
  });
}
