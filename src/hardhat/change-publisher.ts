import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import { transactionLine } from "../models/describe-transaction.ts";
import { setPublisher } from "../models/ownership/set-publisher.ts";
import { addressOfCreator } from "../models/reference.ts";
import { runModelCommand } from "./model-command.ts";
import type { ModelCommandArguments } from "./model-command.ts";

export interface PublisherArguments extends ModelCommandArguments {
  readonly model: string;
  readonly account: string;
}

export interface ChangePublisherOptions {
  readonly args: PublisherArguments;
  readonly hre: HardhatRuntimeEnvironment;
  readonly allowed: boolean;
}

/** What `model publisher add` and `remove` do: the one is the other's opposite. */
export async function changePublisher({ args, hre, allowed }: ChangePublisherOptions): Promise<void> {
  await runModelCommand({
    schema: "scrimshaw.model-publisher/1",
    ...{ args, hre, sends: true },
    run: async ({ registry, environment, referenceOf, signal, onSent }) => {
      const reference = referenceOf(args.model);
      const account = addressOfCreator(args.account, environment.addressBook);
      const change = await setPublisher({ registry, reference, account, allowed, signal, onSent });
      const { transaction } = change;
      return {
        result: { ...change, transaction: transaction ?? null },
        lines: [
          `publisher    ${account} ${allowed ? "may" : "may not"} publish and renew ${reference.creator}/${reference.name}`,
          transactionLine(transaction, "it was like this already"),
        ],
      };
    },
  });
}
