import { ScrimshawError } from "../errors.ts";

/** HHE7 of Hardhat: a configuration variable that no keystore and no environment has. */
const NO_VARIABLE = 7;

interface HardhatFault {
  readonly message: string;
  readonly number: number;
}

/** By name and number, as Hardhat does itself: its class may be loaded twice. */
function isHardhatFault(error: unknown): error is HardhatFault {
  return (
    error instanceof Error && error.name === "HardhatError" && "number" in error && typeof error.number === "number"
  );
}

/** An error by which Hardhat tells what a user may mend, as one of ours; undefined for all other errors. */
export function fromHardhat(error: unknown): ScrimshawError | undefined {
  if (!isHardhatFault(error)) return undefined;
  const name = /"([A-Za-z_]\w*)"/.exec(error.message)?.[1];
  const variable = error.number === NO_VARIABLE && name !== undefined;
  return new ScrimshawError({
    code: variable ? "hardhat.no-variable" : "hardhat.refused",
    expected: variable ? `a value of the configuration variable ${name}` : "Hardhat to do its part",
    found: variable ? "none in the environment, or in a keystore" : error.message.replace(/\s+/g, " "),
    next: variable
      ? `Set it as an environment variable or, with the plugin hardhat-keystore, by \`npx hardhat keystore set ${name}\`.`
      : `Correct what it names; more at https://hardhat.org/HHE${error.number.toString()}`,
    cause: error,
  });
}
