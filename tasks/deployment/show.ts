import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import { type CheckedContract, checkDeployment } from "../../src/deployments/check-deployment.ts";
import { runCommand } from "../../src/hardhat/command.ts";
import { requireRecord } from "../../src/hardhat/deployment-command.ts";
import { openEnvironment } from "../../src/hardhat/environment.ts";

const CODE: Readonly<Record<CheckedContract["code"], string>> = {
  proven: "this release's code, by its address",
  estranged: "this release's code, but created for OTHER CONTRACTS than those on record",
  other: "other code than this release's, or created without CREATE2",
  absent: "NO CODE",
};

/** What to think of a record of which nothing is there. */
const allAbsent = (network: string): string =>
  `this chain has none of them: another chain of this id, or a local one that began anew. Create them again: npx hardhat deployment create --network ${network}`;

export default async function show(
  { json }: { readonly json: boolean },
  hre: HardhatRuntimeEnvironment,
): Promise<void> {
  await runCommand({
    schema: "scrimshaw.deployment-show/1",
    json,
    run: async () => {
      const { networkName, chainId, provider, close } = await openEnvironment(hre);
      try {
        const record = await requireRecord({ config: hre.config.scrimshaw, chainId, networkName });
        const contracts = await checkDeployment(provider, record);
        const { commit = null, block } = record;
        const lines = contracts.map(
          ({ name, address, code, version, choices }) =>
            `${name.padEnd(26)}${address}  ${version ?? "-"}  ${CODE[code]}${choices.length === 0 ? "" : `; created with ${choices.join(", ")}`}`,
        );
        const gone = contracts.length > 0 && contracts.every(({ code }) => code === "absent");
        if (gone) lines.push(`note                      ${allAbsent(networkName)}`);
        return {
          result: { network: networkName, chainId, commit, block, contracts },
          lines: [`${networkName}, chain id ${chainId.toString()}, from block ${block.toString()}`, ...lines],
          exitCode: contracts.some(({ code }) => code === "absent" || code === "estranged") ? 1 : 0,
        };
      } finally {
        await close();
      }
    },
  });
}
