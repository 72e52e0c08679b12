import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import { revokeAttester } from "../../src/attesters/revoke-attester.ts";
import { newestTime } from "../../src/attesters/newest-time.ts";
import { runAttesterCommand } from "../../src/hardhat/attester-command.ts";
import type { AttesterCommandArguments } from "../../src/hardhat/attester-command.ts";
import { attesterJson, attesterLines, sentLine } from "../../src/hardhat/describe-attester.ts";
import { parseTime } from "../../src/hardhat/parse-time.ts";

interface RevokeArguments extends AttesterCommandArguments {
  readonly attester: string;
  readonly at: string | undefined;
  readonly reason: string;
}

export default async function revoke(args: RevokeArguments, hre: HardhatRuntimeEnvironment): Promise<void> {
  await runAttesterCommand({
    schema: "scrimshaw.attester-revoke/1",
    ...{ args, hre, sends: true },
    run: async ({ registry, signal, onProgress, attesterIdOf }) => {
      const attesterId = await attesterIdOf(args.attester);
      const at = args.at === undefined ? {} : { revokedAt: parseTime({ text: args.at, option: "--at" }) };
      const { reason } = args;
      const revoked = await revokeAttester({ registry, attesterId, reason, ...at, signal, onProgress });
      const { attester, transaction } = revoked;
      const after = await newestTime(registry);
      return {
        result: { ...attesterJson(attester, after), transaction: transaction ?? null },
        lines: [
          ...attesterLines(attester, after),
          sentLine(transaction, "revoked for this time or an earlier one before"),
        ],
      };
    },
  });
}
