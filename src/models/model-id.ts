import { AbiCoder, keccak256 } from "ethers";

/** The id of a model in the registry: `keccak256(abi.encode(creator, name))`. */
export function modelIdOf({ creator, name }: { readonly creator: string; readonly name: string }): `0x${string}` {
  return keccak256(AbiCoder.defaultAbiCoder().encode(["address", "string"], [creator, name])) as `0x${string}`;
}
