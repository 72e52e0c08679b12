import type { Provider } from "ethers";
import type { NetworkConnection } from "hardhat/types/network";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { artifactOf } from "../deployments/blueprint.ts";
import { hasCreateX } from "../deployments/create-x.ts";
import { FACTORY_CHAIN } from "../deployments/no-factory.ts";
import { SALT } from "../deployments/salt.ts";

/** No name that somebody would give to a deployment of their own: its folder is removed. */
const DEPLOYMENT_ID = "scrimshaw-factory-for-one-run";

export interface BringFactoryOptions {
  readonly connect: () => Promise<NetworkConnection>;
  readonly ignitionDirectory: string;
  readonly chainId: bigint;
  readonly provider: Provider;
}

/** Puts CreateX on a development chain that lacks it, by Ignition, which holds its signed transaction. Other chains stay as they are. */
export async function bringFactory(options: BringFactoryOptions): Promise<void> {
  const { connect, ignitionDirectory, chainId, provider } = options;
  if (chainId !== FACTORY_CHAIN || (await hasCreateX(provider))) return;
  const { buildModule } = await import("@nomicfoundation/hardhat-ignition/modules");
  const connection = await connect();
  // What Ignition remembers of a development chain is wrong as soon as that starts again.
  const forget = (): Promise<void> =>
    rm(join(ignitionDirectory, "deployments", DEPLOYMENT_ID), { recursive: true, force: true });
  try {
    await forget();
    // Ignition brings the factory only with something to create; this is wanted anyhow.
    const module = buildModule("Factory", (m) => ({
      first: m.contract("P256Verifier", artifactOf("p256Verifier"), []),
    }));
    await connection.ignition.deploy(module, {
      strategy: "create2",
      strategyConfig: { salt: SALT },
      deploymentId: DEPLOYMENT_ID,
    });
  } finally {
    await forget();
    await connection.close();
  }
}
