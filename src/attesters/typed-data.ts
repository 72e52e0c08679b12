import { TypedDataEncoder } from "ethers";
import type { TypedDataDomain, TypedDataField } from "ethers";
import type { TypedMessage } from "../chain/sign-digest.ts";
import type { Hex } from "./sign-digest.ts";

/** Which registry on which chain a signature is for. */
export interface AttesterDomain {
  readonly chainId: bigint;
  /** Address of the AttesterRegistry. */
  readonly registry: string;
}

const LIFE_TYPES: Record<string, TypedDataField[]> = {
  Life: [
    { name: "attesterId", type: "bytes32" },
    { name: "blockNumber", type: "uint64" },
    { name: "blockHash", type: "bytes32" },
  ],
};

const SUCCESSION_TYPES: Record<string, TypedDataField[]> = {
  Succession: [
    { name: "attesterId", type: "bytes32" },
    { name: "successorId", type: "bytes32" },
  ],
};

/** A digest and the message that it stands for. */
export interface Signable {
  readonly digest: Hex;
  readonly message: TypedMessage;
}

function signable(
  { chainId, registry }: AttesterDomain,
  types: Record<string, TypedDataField[]>,
  value: Readonly<Record<string, unknown>>,
): Signable {
  const domain: TypedDataDomain = {
    name: "Scrimshaw AttesterRegistry",
    version: "1",
    chainId,
    verifyingContract: registry,
  };
  return {
    digest: TypedDataEncoder.hash(domain, types, value) as Hex,
    message: { domain, types, value },
  };
}

/** What an attester signs to show that it is alive after a block. */
export function lifeMessage(
  domain: AttesterDomain,
  value: { readonly attesterId: Hex; readonly blockNumber: bigint; readonly blockHash: string },
): Signable {
  return signable(domain, LIFE_TYPES, { ...value });
}

/** What a new key signs to show that somebody holds it, when it replaces another. */
export function successionMessage(
  domain: AttesterDomain,
  value: { readonly attesterId: Hex; readonly successorId: Hex },
): Signable {
  return signable(domain, SUCCESSION_TYPES, { ...value });
}
