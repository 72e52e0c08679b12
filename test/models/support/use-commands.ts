import type { TaskArguments } from "hardhat/types/tasks";
import { ModelRegistry__factory } from "../../../typechain/factories/ModelRegistry__factory.ts";
import { documentOf } from "../../support/command-document.ts";
import type { CommandDocument } from "../../support/command-document.ts";
import { useCommandNetwork } from "../../support/command-network.ts";
import type { CommandNetwork } from "../../support/command-network.ts";

export interface CommandContext extends Pick<CommandNetwork, "walrus" | "run"> {
  /** The same with `--json`. */
  readonly runJson: (words: string, args?: TaskArguments) => Promise<CommandDocument>;
}

/** A chain with a ModelRegistry, a Walrus and the commands on them, for the tests of the surrounding `describe`. */
export function useCommands(): CommandContext {
  const { walrus, run } = useCommandNetwork({
    deploy: async (signer) => {
      const registry = await new ModelRegistry__factory(signer).deploy();
      await registry.waitForDeployment();
      return { modelRegistry: await registry.getAddress() };
    },
  });
  return {
    walrus,
    run,
    runJson: async (words, args = {}) => documentOf(await run(words, { ...args, json: true })),
  };
}
