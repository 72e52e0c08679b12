import { buildModule } from "@nomicfoundation/hardhat-ignition/modules";
import { proofs } from "../parts.ts";

/** The registry of proofs, with its lens. */
export default buildModule("Proofs", proofs);
