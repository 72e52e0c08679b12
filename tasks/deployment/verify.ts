import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import { runCommand } from "../../src/hardhat/command.ts";
import { parseNames, requireRecord } from "../../src/hardhat/deployment-command.ts";
import { openEnvironment } from "../../src/hardhat/environment.ts";
import { parseProvider, requirePublishable, verifySources } from "../../src/hardhat/verify-sources.ts";

interface VerifyArguments {
  readonly provider: string | undefined;
  readonly only: string | undefined;
  readonly json: boolean;
}

export default async function verify(args: VerifyArguments, hre: HardhatRuntimeEnvironment): Promise<void> {
  await runCommand({
    schema: "scrimshaw.deployment-verify/1",
    json: args.json,
    run: async ({ signal, progress }) => {
      const provider = parseProvider(args.provider);
      const only = parseNames(args.only);
      const { networkName, chainId, close } = await openEnvironment(hre);
      try {
        const record = await requireRecord({ config: hre.config.scrimshaw, chainId, networkName });
        await requirePublishable({ hre, chainId });
        const contracts = await verifySources({ hre, network: networkName, record, provider, only, signal, progress });
        return {
          result: { network: networkName, chainId, provider, contracts },
          lines: contracts.map(
            ({ name, address, outcome, why }) =>
              `${name.padEnd(26)}${address}  ${outcome}${why === undefined ? "" : `: ${why}`}`,
          ),
          exitCode: contracts.some(({ outcome }) => outcome === "failed") ? 1 : 0,
        };
      } finally {
        await close();
      }
    },
  });
}
