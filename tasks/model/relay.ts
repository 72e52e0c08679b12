import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import { runModelCommand } from "../../src/hardhat/model-command.ts";
import type { ModelCommandArguments } from "../../src/hardhat/model-command.ts";
import { transactionLine } from "../../src/models/describe-transaction.ts";
import { loadReleaseFile } from "../../src/models/relay/release-file.ts";
import { relayRelease } from "../../src/models/relay/relay-release.ts";

interface RelayArguments extends ModelCommandArguments {
  readonly file: string;
  readonly maxGas: number;
}

export default async function relay(args: RelayArguments, hre: HardhatRuntimeEnvironment): Promise<void> {
  await runModelCommand({
    schema: "scrimshaw.model-relay/1",
    ...{ args, hre, sends: true },
    run: async ({ registry, environment, signal, onSent }) => {
      const signed = await loadReleaseFile(args.file);
      const { creator, name, publisher, label = null } = signed;
      const store = await environment.store();
      const maxGas = BigInt(Math.max(args.maxGas, 0));
      const relayed = await relayRelease({ registry, signed, store, maxGas, signal, onSent });
      const { outcome, version, transaction } = relayed;
      return {
        result: { ...relayed, creator, name, label, publisher, transaction: transaction ?? null },
        lines: [
          `model        ${creator}/${name}@${version} (${outcome})`,
          `publisher    ${publisher}, as signed`,
          transactionLine(transaction, "it was sent before"),
        ],
      };
    },
  });
}
