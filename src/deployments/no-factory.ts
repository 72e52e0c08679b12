import { ScrimshawError } from "../errors.ts";
import { CREATE_X } from "./create-x.ts";

/** The one chain to which Ignition, and `hardhat deployment create` by it, brings the factory: that of Hardhat and anvil. */
export const FACTORY_CHAIN = 31_337n;

/** What can be done without the factory, in words that hold in a checkout of Scrimshaw and in a project that installs it. */
export const OWN_ADDRESSES =
  "deploy at addresses of this chain alone by `npx hardhat ignition deploy ignition/modules/Scrimshaw.ts`; a project that " +
  'installs scrimshaw writes that file first, with the one line `export { default } from "scrimshaw/ignition/Scrimshaw";`';

export function noFactory(chainId: bigint): ScrimshawError {
  return new ScrimshawError({
    code: "deployment.no-factory",
    expected: `the factory CreateX at ${CREATE_X} on the chain with id ${chainId.toString()}`,
    found: "an address without code",
    next: `Ask for it at https://createx.rocks, or ${OWN_ADDRESSES}.`,
  });
}
