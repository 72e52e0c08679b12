import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import { runCommand } from "../../src/hardhat/command.ts";
import { openEnvironment } from "../../src/hardhat/environment.ts";
import { registerModel } from "../../src/models/register.ts";

interface RegisterArguments {
  readonly name: string;
  readonly registry: string | undefined;
  readonly from: string | undefined;
  readonly json: boolean;
}

export default async function register(args: RegisterArguments, hre: HardhatRuntimeEnvironment): Promise<void> {
  await runCommand({
    schema: "scrimshaw.model-register/1",
    json: args.json,
    run: async ({ signal, progress }) => {
      const environment = await openEnvironment(hre, { addresses: { modelRegistry: args.registry }, from: args.from });
      try {
        const registry = await environment.contract("modelRegistry");
        const registered = await registerModel({
          registry: registry.connect(await environment.signer()),
          name: args.name,
          signal,
          onSent: (hash) => {
            progress(`sent the transaction to register: ${hash}`);
          },
        });
        const { creator, name, modelId, transaction } = registered;
        return {
          result: { ...registered, transaction: transaction ?? null },
          lines: [
            `model        ${creator}/${name}`,
            `id           ${modelId}`,
            `transaction  ${transaction ? `${transaction.hash} (${String(transaction.gasUsed)} gas)` : "none, registered before"}`,
          ],
        };
      } finally {
        await environment.close();
      }
    },
  });
}
