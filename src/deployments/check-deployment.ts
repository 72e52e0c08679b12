import { getAddress, Interface, type Provider } from "ethers";
import { addressOf, type ChainDeployment, DEPLOYED_NAMES, type DeployedName } from "../chain/deployments-file.ts";
import { callChain } from "../chain/revert.ts";
import { blueprintOf, needsOf } from "./blueprint.ts";

/** What the chain shows of a contract on record. */
export interface CheckedContract {
  readonly name: DeployedName;
  readonly address: `0x${string}`;
  readonly arguments: readonly string[] | undefined;
  /**
   * `proven`: the address is that of this package's code with the arguments on record, by CREATE2, has code, and the contracts among the
   * arguments are those on record. `estranged`: all but the last; a lens over somebody else's registry says what that one says. `other`: it has
   * code, which the address says nothing about: another release, or created without CREATE2. `absent`: no code.
   */
  readonly code: "proven" | "estranged" | "other" | "absent";
  /** What of the arguments is no contract on record: who decides, and how long something may take. */
  readonly choices: readonly string[];
  /** What `version()` answers; undefined if it does not. */
  readonly version: string | undefined;
}

const versioned = new Interface(["function version() view returns (string)"]);
const LONGEST_VERSION = 32;

/** Whether a contract was created for those that are on record beside it. */
function knowsOthers(name: DeployedName, given: readonly string[], contracts: ChainDeployment["contracts"]): boolean {
  return needsOf(name).every((need, place) => {
    const other = contracts[need];
    return other !== undefined && given[place]?.toLowerCase() === addressOf(other).toLowerCase();
  });
}

async function versionAt(provider: Provider, address: string): Promise<string | undefined> {
  try {
    const answer = await provider.call({ to: address, data: versioned.encodeFunctionData("version") });
    const [version] = versioned.decodeFunctionResult("version", answer).toArray() as unknown[];
    return typeof version === "string" ? version.slice(0, LONGEST_VERSION) : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Looks at each contract of a deployment on the chain.
 * @throws ScrimshawError `chain.unreachable`
 */
export async function checkDeployment(provider: Provider, { contracts }: ChainDeployment): Promise<CheckedContract[]> {
  const names = DEPLOYED_NAMES.filter((name) => contracts[name] !== undefined);
  return Promise.all(
    names.map(async (name): Promise<CheckedContract> => {
      const contract = contracts[name];
      if (contract === undefined) throw new Error(`${name} is not on record`);
      const address = addressOf(contract);
      const given = typeof contract === "string" ? undefined : contract.arguments;
      const found = await callChain({ what: `read the code at ${address}`, call: () => provider.getCode(address) });
      const choices = given?.slice(needsOf(name).length) ?? [];
      const told = { name, address, arguments: given, choices };
      if (found === "0x") return { ...told, code: "absent", version: undefined };
      const own = given && blueprintOf(name, given)?.address;
      const ours = own !== undefined && getAddress(own) === getAddress(address);
      const code = !ours ? "other" : knowsOthers(name, given ?? [], contracts) ? "proven" : "estranged";
      return { ...told, code, version: await versionAt(provider, address) };
    }),
  );
}
