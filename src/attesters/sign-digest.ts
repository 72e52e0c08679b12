import { getBytes } from "ethers";
import type { BaseWallet, Signer } from "ethers";

import { signWithAccount } from "../chain/sign-digest.ts";
import type { Hex, SignDigest } from "../chain/sign-digest.ts";
import { attesterIdOf } from "./attester-id.ts";

export type { Hex };

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

/** An attester behind an ethers signer (a node's account, a browser or hardware wallet), which is shown the typed message. */
export async function accountAttester(account: Signer): Promise<AttesterSigner> {
  const signer = (await account.getAddress()).toLowerCase() as Hex;
  return {
    signer,
    attesterId: attesterIdOf(signer),
    sign: signWithAccount(account),
  };
}
