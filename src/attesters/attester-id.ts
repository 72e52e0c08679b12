import { keccak256 } from "ethers";

/** `keccak256(signer)` over the ERC-7913 signer bytes (an EOA's 20-byte address). */
export function attesterIdOf(signer: `0x${string}`): `0x${string}` {
  return keccak256(signer) as `0x${string}`;
}
