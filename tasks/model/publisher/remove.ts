import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import { changePublisher } from "../../../src/hardhat/change-publisher.ts";
import type { PublisherArguments } from "../../../src/hardhat/change-publisher.ts";

export default async function remove(args: PublisherArguments, hre: HardhatRuntimeEnvironment): Promise<void> {
  await changePublisher({ args, hre, allowed: false });
}
