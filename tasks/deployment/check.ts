import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import { chainFeatures } from "../../src/deployments/chain-features.ts";
import { runCommand } from "../../src/hardhat/command.ts";
import { openEnvironment } from "../../src/hardhat/environment.ts";

export default async function check(
  { json }: { readonly json: boolean },
  hre: HardhatRuntimeEnvironment,
): Promise<void> {
  await runCommand({
    schema: "scrimshaw.deployment-check/1",
    json,
    run: async () => {
      const { networkName, chainId, provider, close } = await openEnvironment(hre);
      try {
        const features = await chainFeatures(provider);
        const lines = features.map(
          ({ name, present, meaning }) => `${name.padEnd(10)}${present ? "present" : "missing"}  ${meaning}`,
        );
        return {
          result: { network: networkName, chainId, features },
          lines: [`${networkName}, chain id ${chainId.toString()}`, ...lines],
          exitCode: features.every(({ present }) => present) ? 0 : 2,
        };
      } finally {
        await close();
      }
    },
  });
}
