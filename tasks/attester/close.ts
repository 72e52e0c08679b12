import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import { closeApproval } from "../../src/attesters/approve-measurement.ts";
import { newestTime } from "../../src/attesters/newest-time.ts";
import { runAttesterCommand } from "../../src/hardhat/attester-command.ts";
import type { AttesterCommandArguments } from "../../src/hardhat/attester-command.ts";
import { approvalJson, approvalLine, sentLine } from "../../src/hardhat/describe-attester.ts";
import { invalidArgument } from "../../src/hardhat/parse-attester-options.ts";
import { parseTime } from "../../src/hardhat/parse-time.ts";

interface CloseArguments extends AttesterCommandArguments {
  readonly approval: string;
  readonly at: string | undefined;
  readonly reason: string;
}

export default async function close(args: CloseArguments, hre: HardhatRuntimeEnvironment): Promise<void> {
  await runAttesterCommand({
    schema: "scrimshaw.attester-close/1",
    ...{ args, hre, sends: true },
    run: async ({ registry, signal, onProgress }) => {
      if (!/^\d{1,18}$/.test(args.approval)) throw invalidArgument("the number of an approval", args.approval);
      const at = args.at === undefined ? {} : { closedAt: parseTime({ text: args.at, option: "--at" }) };
      const wanted = { approvalId: BigInt(args.approval), reason: args.reason, ...at };
      const { approval, transaction } = await closeApproval({ registry, ...wanted, signal, onProgress });
      const after = await newestTime(registry);
      return {
        result: { ...approvalJson(approval, after), transaction: transaction ?? null },
        lines: [
          approvalLine(approval, after),
          "The validity of every attester under it ends with it.",
          sentLine(transaction, "closed before"),
        ],
      };
    },
  });
}
