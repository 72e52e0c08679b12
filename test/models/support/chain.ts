import { network } from "hardhat";
import type { ModelRegistry } from "../../../typechain/ModelRegistry.ts";

const connection = await network.create();

/** The in-memory chain of the tests in this folder. */
export const { ethers, networkHelpers } = connection;

/** A fresh registry and the accounts that play with it. */
export async function deployRegistry() {
  const [publisher, stranger] = await ethers.getSigners();
  if (!publisher || !stranger) throw new Error("the chain has too few accounts");
  const registry: ModelRegistry = await ethers.deployContract("ModelRegistry", publisher);
  return { registry, publisher, stranger };
}
