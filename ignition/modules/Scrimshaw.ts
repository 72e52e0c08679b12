import { buildModule } from "@nomicfoundation/hardhat-ignition/modules";
import { attesters, availability, availabilityLens, models, proofs } from "../parts.ts";

/** Everything a chain needs. Parameters: those of `attesters`. */
export default buildModule("Scrimshaw", (m) => {
  const { modelRegistry } = models(m);
  const { walrusCommittees, blobAvailability } = availability(m);
  return {
    modelRegistry,
    ...proofs(m),
    ...attesters(m),
    ...{ walrusCommittees, blobAvailability },
    ...availabilityLens(m, modelRegistry, blobAvailability),
  };
});
