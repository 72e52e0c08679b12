import { getBytes } from "ethers";
import type { BaseWallet } from "ethers";

import { attesterIdOf } from "./attester-id.ts";

type Hex = `0x${string}`;

/** Signs a 32-byte digest and returns the seal. Where the key lives (HSM, enclave, wallet) is its own matter. */
export type SignDigest = (digest: Hex) => Promise<Hex>;

/** Someone who can attest: the public half as ERC-7913 signer bytes, the private half behind a callback. */
export interface AttesterSigner {
  readonly attesterId: Hex;
  /** ERC-7913 bytes; for an EOA its 20-byte address. */
  readonly signer: Hex;
  readonly sign: SignDigest;
}

/** An attester whose secp256k1 key is in this process. The seal is the 65-byte ECDSA signature of the digest itself. */
export function walletAttester(wallet: BaseWallet): AttesterSigner {
  const signer = wallet.address.toLowerCase() as Hex;
  return {
    signer,
    attesterId: attesterIdOf(signer),
    sign: (digest) => Promise.resolve(wallet.signingKey.sign(getBytes(digest)).serialized as Hex),
  };
}
