import { AbiCoder, getCreate2Address, Interface, keccak256, type Provider } from "ethers";
import type { Hex } from "../chain/sign-digest.ts";
import { callChain } from "../chain/revert.ts";
import { ScrimshawError } from "../errors.ts";
import { SALT } from "./salt.ts";

/** The factory for CREATE2 that stands at this address on most chains (https://createx.rocks). */
export const CREATE_X = "0xba5Ed099633D3B313e4D5F7bdc1305d3c28ba5Ed";

/** Hash of its code, as its project and Hardhat Ignition state it. */
const CODE_HASH = "0xbd8a7ea8cfca7b4e5f5041d7d4b17bc317c5ce42cfbc42066a00cf26b43eb53f";

/** What the factory makes of a salt that names no sender: any account gets the same addresses. */
const GUARDED_SALT = keccak256(AbiCoder.defaultAbiCoder().encode(["bytes32"], [SALT]));

export const createXInterface = new Interface([
  "function deployCreate2(bytes32 salt, bytes initCode) payable returns (address newContract)",
  "event ContractCreation(address indexed newContract, bytes32 indexed salt)",
  "error FailedContractCreation(address emitter)",
  "error FailedContractInitialisation(address emitter, bytes revertData)",
  "error InvalidSalt(address emitter)",
]);

/** Where the factory puts a contract: the address commits to the code and the constructor's arguments (EIP-1014). */
export function create2Address(initCode: string): Hex {
  return getCreate2Address(CREATE_X, GUARDED_SALT, keccak256(initCode)) as Hex;
}

/** Whether the chain has the factory. @throws ScrimshawError `deployment.other-factory`, `chain.unreachable` */
export async function hasCreateX(provider: Provider): Promise<boolean> {
  const code = await callChain({ what: `read the code at ${CREATE_X}`, call: () => provider.getCode(CREATE_X) });
  if (code === "0x") return false;
  if (keccak256(code) === CODE_HASH) return true;
  throw new ScrimshawError({
    code: "deployment.other-factory",
    expected: `the factory CreateX at ${CREATE_X}, with the code hash ${CODE_HASH}`,
    found: `other code, with the hash ${keccak256(code)}`,
    next: "Do not trust this chain's RPC node, or deploy without CREATE2 by `npx hardhat ignition deploy`.",
  });
}
