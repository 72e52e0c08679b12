import { TaskDefinitionType } from "hardhat/types/tasks";
import type { TaskArguments, TaskDefinition } from "hardhat/types/tasks";

/** True where the code that Hardhat generates from the contracts is gone, as after `hardhat clean`. */
function saysNotBuilt(error: unknown): boolean {
  if (!(error instanceof Error) || !("code" in error) || error.code !== "ERR_MODULE_NOT_FOUND") return false;
  return /[\\/]typechain[\\/]/.test(error.message);
}

async function sayNotBuilt(args: TaskArguments): Promise<void> {
  const { ScrimshawError } = await import("../errors.ts");
  const { runCommand } = await import("./command.ts");
  await runCommand({
    schema: "scrimshaw.error/1",
    json: args["json"] === true,
    run: () => {
      throw new ScrimshawError({
        code: "command.not-built",
        expected: "the contracts' typings in typechain/",
        found: "none: `hardhat clean` removes them",
        next: "Run `npx hardhat build`, then the command again.",
      });
    },
  });
}

/** The command as it is, except that it says what to do where it cannot be loaded since the contracts are not built. */
export function withTypings(task: TaskDefinition): TaskDefinition {
  if (task.type !== TaskDefinitionType.NEW_TASK || task.action === undefined) return task;
  const { action } = task;
  const load: typeof action = async () => {
    try {
      return await action();
    } catch (error) {
      if (!saysNotBuilt(error)) throw error;
      return { default: sayNotBuilt };
    }
  };
  return { ...task, action: load };
}
