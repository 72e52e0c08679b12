import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import { changeStatus } from "../../src/hardhat/change-status.ts";
import type { StatusArguments } from "../../src/hardhat/change-status.ts";

interface DeprecateArguments extends StatusArguments {
  readonly undo: boolean;
}

export default async function deprecate(args: DeprecateArguments, hre: HardhatRuntimeEnvironment): Promise<void> {
  await changeStatus({ args, hre, status: args.undo ? "active" : "deprecated" });
}
