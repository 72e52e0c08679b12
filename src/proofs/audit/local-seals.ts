import { getBytes } from "ethers";
import { KnownVerifiers } from "../../attesters/known-verifiers.ts";
import type { KnownVerifier } from "../../attesters/known-verifiers.ts";
import type { AttesterRecord } from "../../attesters/records.ts";
import type { SignedBy } from "../../attesters/signatures/is-signed.ts";
import { SignatureThreads } from "../../attesters/signatures/signature-threads.ts";
import { readSigner } from "../../attesters/signer-key.ts";
import { isScrimshawError } from "../../errors.ts";
import type { Hex } from "../statement.ts";
import type { AttesterChecks } from "./check-attester.ts";
import type { SealSubject } from "./check-seal.ts";
import type { Audit } from "./context.ts";

type JudgedSeal = Pick<SealSubject, "proof" | "seal" | "anchoredAt">;
type Sources = Pick<Audit, "provider" | "attesterRegistry" | "signatureThreads">;

/** Fewer seals are checked before a thread has started. */
const WORTH_THREADS = 64;
const ADDRESS_BYTES = 20;
const P256_KEY_BYTES = 64;

/**
 * Checks signatures of attesters' keys here, where it is certain that the chain's own rule says the same: the proof's verifier, and for keys that
 * are no accounts the contract that checks them, must be this release's to the last byte of their code. All else is asked of the chain.
 */
export class LocalSeals {
  readonly #audit: Sources;
  readonly #attesters: Pick<AttesterChecks, "find">;
  readonly #verifiers: KnownVerifiers;
  readonly #keys = new Map<Hex, Promise<SignedBy | undefined>>();
  /** None until threads are worth their start. */
  #threads = new SignatureThreads({ size: 0 });

  constructor(audit: Sources, attesters: Pick<AttesterChecks, "find">) {
    this.#audit = audit;
    this.#attesters = attesters;
    this.#verifiers = new KnownVerifiers(audit.provider);
  }

  expect(count: number): void {
    const { signatureThreads: size } = this.#audit;
    if (count >= WORTH_THREADS) this.#threads = new SignatureThreads(size === undefined ? {} : { size });
  }

  /** What the proof's verifier says as of the anchor time, with what is known of the attester today; undefined where that is not certain. */
  async holds({ proof, seal, anchoredAt }: JudgedSeal, digest: Hex): Promise<boolean | undefined> {
    const { attesterId } = proof.evidence;
    const { producedAt } = proof.statement;
    const verifier = await this.#verifierAt(proof.evidence.verifier);
    if (verifier?.kind !== "attested-signature") return undefined;
    if (verifier.attesters !== (await this.#audit.attesterRegistry.getAddress()).toLowerCase()) return undefined;
    // The rule of `AttestedSignatureVerifier.verify`.
    if (producedAt > anchoredAt || anchoredAt - producedAt > verifier.maxDelay) return false;
    const attester = await this.#attesters.find(attesterId);
    if (attester === undefined || producedAt < attester.validFrom || anchoredAt >= attester.validUntil) return false;
    const known = this.#keys.get(attesterId) ?? this.#keyOf(attester);
    this.#keys.set(attesterId, known);
    const by = await known;
    if (by === undefined) return undefined;
    const signed = await this.#threads.isSigned({ by, digest: getBytes(digest), signature: getBytes(seal) });
    return signed || attester.signerKind !== "wallet" ? signed : undefined;
  }

  close(): Promise<void> {
    return this.#threads.close();
  }

  /** Undefined for a key behind a contract that is not known, and for a key that its contract does not take. */
  async #keyOf({ signer }: AttesterRecord): Promise<SignedBy | undefined> {
    const bytes = getBytes(signer);
    // A wallet may hold for signatures of its own kinds; who signs with the key of an address needs no contract to say so.
    if (bytes.length === ADDRESS_BYTES) return { scheme: "secp256k1", account: bytes };
    const address = signer.slice(0, 2 + 2 * ADDRESS_BYTES) as Hex;
    const verifier = await this.#verifierAt(address);
    if (verifier?.kind !== "key") return undefined;
    if (verifier.scheme === "p256") {
      const point = bytes.subarray(ADDRESS_BYTES);
      return point.length === P256_KEY_BYTES ? { scheme: "p256", point } : undefined;
    }
    return rsaKeyOf(signer, address);
  }

  async #verifierAt(address: Hex): Promise<KnownVerifier | undefined> {
    try {
      return await this.#verifiers.at(address);
    } catch (error) {
      if (!isScrimshawError(error) || error.code === "chain.unreachable") throw error;
      return undefined;
    }
  }
}

/** An RSA key as `RsaPssVerifier` takes it: in the one encoding, with an odd exponent and an odd modulus. */
function rsaKeyOf(signer: Hex, rsaPss: Hex): SignedBy | undefined {
  try {
    const read = readSigner({ signer, verifiers: { rsaPss } });
    if (read.kind !== "key") return undefined;
    const { e = "", n = "" } = read.publicKey.export({ format: "jwk" });
    const odd = [e, n].every((number) => ((Buffer.from(number, "base64url").at(-1) ?? 0) & 1) === 1);
    return odd ? { scheme: "rsa-pss", key: read.publicKey } : undefined;
  } catch (error) {
    if (!isScrimshawError(error)) throw error;
    return undefined;
  }
}
