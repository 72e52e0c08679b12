import { buildModule } from "@nomicfoundation/hardhat-ignition/modules";
import { availability } from "../parts.ts";

/** Committees of Walrus and what they certified. */
export default buildModule("Availability", availability);
