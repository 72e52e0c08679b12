import { zeroPadValue, toBeHex } from "ethers";
import type { Provider } from "ethers";
import { P256Verifier__factory } from "../../typechain/factories/signers/P256Verifier__factory.ts";
import { RsaPssVerifier__factory } from "../../typechain/factories/signers/RsaPssVerifier__factory.ts";
import { AttestedSignatureVerifier__factory } from "../../typechain/factories/verifiers/AttestedSignatureVerifier__factory.ts";
import { codeTemplate, immutablesIn } from "../chain/known-code.ts";
import { callChain } from "../chain/revert.ts";
import type { Hex } from "./sign-digest.ts";
import type { SignatureScheme } from "./signer-key.ts";

/** What a contract is, by its code: the verifier of attesters' signatures, or one that checks signatures by keys. */
export type KnownVerifier =
  | { readonly kind: "attested-signature"; readonly attesters: Hex; readonly maxDelay: bigint }
  | { readonly kind: "key"; readonly scheme: Exclude<SignatureScheme, "secp256k1"> };

/** The immutables of `AttestedSignatureVerifier` in the order in which they stand in its code; a test holds it against the compiler's word. */
export const ATTESTED_IMMUTABLES = ["maxDelay", "maxDelay", "attesters", "attesters", "attesters"] as const;

const ATTESTED = codeTemplate(AttestedSignatureVerifier__factory.bytecode);
const KEYS = [
  ["p256", codeTemplate(P256Verifier__factory.bytecode)],
  ["rsa-pss", codeTemplate(RsaPssVerifier__factory.bytecode)],
] as const;

/** The one value that all uses of an immutable have. */
function valueOf(name: (typeof ATTESTED_IMMUTABLES)[number], words: readonly bigint[]): bigint | undefined {
  const [value, ...others] = words.filter((_, place) => ATTESTED_IMMUTABLES[place] === name);
  return others.every((other) => other === value) ? value : undefined;
}

/** What stands at an address, if its code is one that this release knows to the last byte. */
export function knownVerifier(code: string): KnownVerifier | undefined {
  const scheme = KEYS.find(([, template]) => template !== undefined && immutablesIn(code, template) !== undefined)?.[0];
  if (scheme !== undefined) return { kind: "key", scheme };
  const words = ATTESTED && immutablesIn(code, ATTESTED);
  if (words?.length !== ATTESTED_IMMUTABLES.length) return undefined;
  const [attesters, maxDelay] = [valueOf("attesters", words), valueOf("maxDelay", words)];
  if (attesters === undefined || maxDelay === undefined || attesters >> 160n !== 0n) return undefined;
  return { kind: "attested-signature", attesters: zeroPadValue(toBeHex(attesters), 20).toLowerCase() as Hex, maxDelay };
}

/** Reads each address once: code that is known never changes. */
export class KnownVerifiers {
  readonly #provider: Provider;
  readonly #read = new Map<string, Promise<KnownVerifier | undefined>>();

  constructor(provider: Provider) {
    this.#provider = provider;
  }

  /** @throws ScrimshawError errors of the room `chain` */
  at(address: Hex): Promise<KnownVerifier | undefined> {
    const read = this.#read.get(address) ?? this.#look(address);
    this.#read.set(address, read);
    return read;
  }

  async #look(address: Hex): Promise<KnownVerifier | undefined> {
    const code = await callChain({ what: "read a verifier's code", call: () => this.#provider.getCode(address) });
    return knownVerifier(code);
  }
}
