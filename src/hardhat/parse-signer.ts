import { attesterIdOf } from "../attesters/attester-id.ts";
import { readPublicKey } from "../attesters/read-key.ts";
import type { AttesterSigner, Hex } from "../attesters/sign-digest.ts";
import { type KeyVerifiers, readSigner, signerOfKey } from "../attesters/signer-key.ts";
import { ScrimshawError } from "../errors.ts";
import { readKeyFile } from "./open-attester.ts";

export interface ParseSignerOptions {
  readonly addressBook: Readonly<Record<string, string>>;
  readonly verifiers: KeyVerifiers;
  /** Names of `scrimshaw.attesters`. */
  readonly attesters: readonly string[];
  readonly openAttester: (name: string) => Promise<AttesterSigner>;
}

const ADDRESS = /^0x[0-9a-fA-F]{40}$/;
const ID = /^0x[0-9a-fA-F]{64}$/;
/** An address and a key. */
const SIGNER = /^0x([0-9a-fA-F]{2}){21,1024}$/;

/**
 * ERC-7913 bytes of an attester from a command line: a name of `scrimshaw.attesters` or the address book, an address, the bytes themselves,
 * or a file with a public key in PEM (anything with a dot or a slash in it).
 * @throws ScrimshawError `attesters.argument-invalid`, `attesters.signer-invalid`, `attesters.key-unreadable`, `attesters.key-unsupported`,
 * `attesters.verifier-unknown`
 */
export async function parseSigner(text: string, options: ParseSignerOptions): Promise<Hex> {
  const { addressBook, verifiers, attesters, openAttester } = options;
  if (attesters.includes(text)) return (await openAttester(text)).signer;
  const known = Object.hasOwn(addressBook, text) ? (addressBook[text] ?? text) : text;
  if (ADDRESS.test(known)) return known.toLowerCase() as Hex;
  if (SIGNER.test(known)) {
    const signer = known.toLowerCase() as Hex;
    readSigner({ signer, verifiers });
    return signer;
  }
  if (/[./\\]/.test(text)) return signerOfKey({ key: readPublicKey(await readKeyFile(text)), verifiers });
  throw invalid(text);
}

/** An attester's id from a command line: the id itself, or whatever names its key. @throws ScrimshawError as `parseSigner` */
export async function parseAttesterId(text: string, options: ParseSignerOptions): Promise<Hex> {
  return ID.test(text) ? (text.toLowerCase() as Hex) : attesterIdOf(await parseSigner(text, options));
}

function invalid(text: string): ScrimshawError {
  return new ScrimshawError({
    code: "attesters.argument-invalid",
    expected:
      "an attester: an address, a name of the address book or of scrimshaw.attesters, ERC-7913 bytes, an attester id, or a PEM file",
    found: JSON.stringify(text.slice(0, 80)),
    next: "List the attesters there are with `npx hardhat attester list`.",
  });
}
