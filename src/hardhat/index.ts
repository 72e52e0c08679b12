import type { HardhatPlugin } from "hardhat/types/plugins";
import { attesterTasks } from "./tasks/attester.ts";
import { cacheTasks } from "./tasks/cache.ts";
import { committeeTasks } from "./tasks/committee.ts";
import { deploymentTasks } from "./tasks/deployment.ts";
import { devTasks } from "./tasks/dev.ts";
import { modelLeaseTasks } from "./tasks/model-leases.ts";
import { modelLifeTasks } from "./tasks/model-life.ts";
import { modelTasks } from "./tasks/model.ts";
import { proofTasks } from "./tasks/proof.ts";
import { walrusTasks } from "./tasks/walrus.ts";
import { quiltTasks } from "./tasks/walrus-quilt.ts";
import { withTypings } from "./with-typings.ts";

export type { ScrimshawConnection } from "./connection.ts";
export type { ScrimshawConfig, WalrusConfig } from "./config.ts";
export type { ScrimshawUserConfig, WalrusUserConfig } from "./config-schema.ts";
export type * from "./type-extensions.ts";

/** Describes configuration and commands; whatever does work is loaded when a command runs. */
const scrimshaw: HardhatPlugin = {
  id: "scrimshaw",
  // Without a name Hardhat shows the true cause when a module cannot be loaded; with one it asks for optional peers too.
  npmPackage: null,
  dependencies: () => [import("@nomicfoundation/hardhat-ethers"), import("@nomicfoundation/hardhat-ignition-ethers")],
  hookHandlers: { config: () => import("./hooks/config.ts"), network: () => import("./hooks/network.ts") },
  tasks: [
    ...modelTasks,
    ...modelLifeTasks,
    ...modelLeaseTasks,
    ...cacheTasks,
    ...proofTasks,
    ...attesterTasks,
    ...walrusTasks,
    ...quiltTasks,
    ...committeeTasks,
    ...deploymentTasks,
    ...devTasks,
  ].map(withTypings),
};

export default scrimshaw;
