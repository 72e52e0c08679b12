import { readFile } from "node:fs/promises";
import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import { approveMeasurement } from "../../src/attesters/approve-measurement.ts";
import { readMeasurements } from "../../src/attesters/nitro/read-measurements.ts";
import type { Hex } from "../../src/attesters/sign-digest.ts";
import { newestTime } from "../../src/attesters/newest-time.ts";
import { runAttesterCommand } from "../../src/hardhat/attester-command.ts";
import type { AttesterCommandArguments } from "../../src/hardhat/attester-command.ts";
import { approvalJson, approvalLine, sentLine } from "../../src/hardhat/describe-attester.ts";
import { invalidArgument, parseMeasurement } from "../../src/hardhat/parse-attester-options.ts";
import { parseTime } from "../../src/hardhat/parse-time.ts";

interface ApproveArguments extends AttesterCommandArguments {
  readonly measurement: string;
  readonly pcrs: string | undefined;
  readonly validFrom: string | undefined;
  readonly validUntil: string | undefined;
  readonly note: string;
}

const YEAR = 365n * 86_400n;

async function measurementOf({ measurement, pcrs }: ApproveArguments): Promise<Hex> {
  if ((measurement === "") === (pcrs === undefined))
    throw invalidArgument("a measurement, or --pcrs", "both, or neither");
  if (pcrs === undefined) return parseMeasurement(measurement);
  let text: string;
  try {
    text = await readFile(pcrs, "utf8");
  } catch {
    throw invalidArgument("a readable file with the image's registers", pcrs);
  }
  return readMeasurements(text);
}

export default async function approve(args: ApproveArguments, hre: HardhatRuntimeEnvironment): Promise<void> {
  await runAttesterCommand({
    schema: "scrimshaw.attester-approve/1",
    ...{ args, hre, sends: true },
    run: async ({ registry, now, signal, onProgress }) => {
      const measurement = await measurementOf(args);
      const validFrom = args.validFrom === undefined ? 0n : parseTime({ text: args.validFrom, option: "--valid-from" });
      const begin = validFrom === 0n ? now : validFrom;
      const validUntil =
        args.validUntil === undefined ? begin + YEAR : parseTime({ text: args.validUntil, option: "--valid-until" });
      const wanted = { measurement, validFrom, validUntil, note: args.note };
      const { approval, transaction } = await approveMeasurement({ registry, ...wanted, signal, onProgress });
      const after = await newestTime(registry);
      return {
        result: { ...approvalJson(approval, after), transaction: transaction ?? null },
        lines: [approvalLine(approval, after), sentLine(transaction, "approved before")],
      };
    },
  });
}
