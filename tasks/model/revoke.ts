import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import { changeStatus } from "../../src/hardhat/change-status.ts";
import type { StatusArguments } from "../../src/hardhat/change-status.ts";

export default async function revoke(args: StatusArguments, hre: HardhatRuntimeEnvironment): Promise<void> {
  await changeStatus({ args, hre, status: "revoked" });
}
