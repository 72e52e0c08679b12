import { ScrimshawError } from "../errors.ts";

/** The store was given no server for what it is asked. */
export function noEndpoints(party: "publisher" | "aggregator"): ScrimshawError {
  return new ScrimshawError({
    code: `walrus.no-${party}`,
    expected: `the address of a ${party}`,
    found: "none",
    next: `Set walrus.${party}s in hardhat.config.ts, or start a local Walrus with \`npx hardhat walrus serve\`.`,
  });
}

/** The store was given nothing that knows the storage committee. */
export function noCommittee(): ScrimshawError {
  return new ScrimshawError({
    code: "walrus.no-committee",
    expected: "a storage committee to check signatures against",
    found: "no source that knows it",
    next: "A local Walrus tells its own; the committees of mainnet and testnet are read from Sui.",
  });
}
