import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import { requireAttester } from "../../src/attesters/records.ts";
import { runAttesterCommand } from "../../src/hardhat/attester-command.ts";
import type { AttesterCommandArguments } from "../../src/hardhat/attester-command.ts";
import { attesterJson, attesterLines } from "../../src/hardhat/describe-attester.ts";

interface ShowArguments extends AttesterCommandArguments {
  readonly attester: string;
}

export default async function show(args: ShowArguments, hre: HardhatRuntimeEnvironment): Promise<void> {
  await runAttesterCommand({
    schema: "scrimshaw.attester-show/1",
    ...{ args, hre, sends: false },
    run: async ({ registry, now, attesterIdOf }) => {
      const attester = await requireAttester(registry, await attesterIdOf(args.attester));
      return { result: attesterJson(attester, now), lines: attesterLines(attester, now) };
    },
  });
}
