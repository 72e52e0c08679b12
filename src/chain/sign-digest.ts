import type { Signer, TypedDataDomain, TypedDataField } from "ethers";

/** Bytes in hex, lower-case where this library writes them. */
export type Hex = `0x${string}`;

/** The EIP-712 message behind a digest, for wallets that show what they sign. */
export interface TypedMessage {
  readonly domain: TypedDataDomain;
  readonly types: Record<string, TypedDataField[]>;
  readonly value: Readonly<Record<string, unknown>>;
}

/** Signs a 32-byte EIP-712 digest and returns the signature. Where the key lives (HSM, enclave, wallet) is its own matter. */
export type SignDigest = (digest: Hex, message: TypedMessage) => Promise<Hex>;

/** Signs with an ethers signer (a node's account, a browser or hardware wallet), which is shown the typed message. */
export function signWithAccount(account: Signer): SignDigest {
  return async (_digest, { domain, types, value }) => (await account.signTypedData(domain, types, value)) as Hex;
}
