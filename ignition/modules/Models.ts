import { buildModule } from "@nomicfoundation/hardhat-ignition/modules";
import { models } from "../parts.ts";

/** The registry of models alone. */
export default buildModule("Models", models);
