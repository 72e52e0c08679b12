import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import { proveLife } from "../../src/attesters/prove-life.ts";
import { accountAttester } from "../../src/attesters/sign-digest.ts";
import { newestTime } from "../../src/attesters/newest-time.ts";
import { runAttesterCommand } from "../../src/hardhat/attester-command.ts";
import type { AttesterCommandArguments } from "../../src/hardhat/attester-command.ts";
import { attesterJson, sentLine } from "../../src/hardhat/describe-attester.ts";

interface PingArguments extends AttesterCommandArguments {
  readonly attester: string;
}

export default async function ping(args: PingArguments, hre: HardhatRuntimeEnvironment): Promise<void> {
  await runAttesterCommand({
    schema: "scrimshaw.attester-ping/1",
    ...{ args, hre, sends: true },
    run: async ({ environment, registry, signal, onProgress, openAttester }) => {
      const signer =
        args.attester === "" ? await accountAttester(await environment.signer()) : await openAttester(args.attester);
      const { attester, blockNumber, transaction } = await proveLife({
        registry,
        attester: signer,
        signal,
        onProgress,
      });
      const after = await newestTime(registry);
      return {
        result: { ...attesterJson(attester, after), blockNumber, transaction },
        lines: [
          `attester     ${attester.attesterId}`,
          `alive        after block ${blockNumber}, whose hash it signed`,
          sentLine(transaction, ""),
        ],
      };
    },
  });
}
