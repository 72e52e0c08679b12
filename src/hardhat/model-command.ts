import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import type { ModelRegistry } from "../../typechain/ModelRegistry.ts";
import { parseReference } from "../models/reference.ts";
import type { ModelReference } from "../models/reference.ts";
import { runCommand } from "./command.ts";
import type { CommandContext, CommandOutcome } from "./command.ts";
import { openEnvironment } from "./environment.ts";
import type { Environment } from "./environment.ts";

/** The options that commands about the ModelRegistry share. */
export interface ModelCommandArguments {
  readonly registry: string | undefined;
  readonly from?: string | undefined;
  readonly json: boolean;
}

export interface ModelCommandContext extends CommandContext {
  readonly environment: Environment;
  /** Connected to the sending account where the command sends. */
  readonly registry: ModelRegistry;
  /** Reads a reference with the names of the address book. */
  readonly referenceOf: (text: string) => ModelReference;
  /** Tells on stderr that a transaction is on its way. */
  readonly onSent: (hash: string) => void;
}

export interface ModelCommandOptions<T> {
  readonly schema: string;
  readonly args: ModelCommandArguments;
  readonly hre: HardhatRuntimeEnvironment;
  /** Whether the command sends transactions, from `--from`. */
  readonly sends: boolean;
  readonly run: (context: ModelCommandContext) => Promise<CommandOutcome<NoInfer<T>>>;
}

/** Runs a command about the ModelRegistry: opens the chain, and closes it whatever happens. Never rejects. */
export async function runModelCommand<T = unknown>(options: ModelCommandOptions<T>): Promise<void> {
  const { schema, args, hre, sends, run } = options;
  await runCommand<T>({
    schema,
    json: args.json,
    run: async (context) => {
      const environment = await openEnvironment(hre, { addresses: { modelRegistry: args.registry }, from: args.from });
      try {
        const registry = await environment.contract("modelRegistry");
        const { addressBook } = environment;
        return await run({
          ...context,
          environment,
          registry: sends ? registry.connect(await environment.signer()) : registry,
          referenceOf: (text) => parseReference({ text, addressBook }),
          onSent: (hash) => {
            context.progress(`Sent transaction ${hash}`);
          },
        });
      } finally {
        await environment.close();
      }
    },
  });
}
