import { network } from "hardhat";

/** One in-memory chain for all contract tests of a process; fixtures put it back to where it was. */
export const { ethers, networkHelpers } = await network.create();
