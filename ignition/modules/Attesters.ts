import { buildModule } from "@nomicfoundation/hardhat-ignition/modules";
import { attesters } from "../parts.ts";

/** Who may attest, with the verifier of their seals. Parameters: those of `attesters`. */
export default buildModule("Attesters", attesters);
