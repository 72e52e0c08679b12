import type { Hex } from "../chain/sign-digest.ts";
import { ScrimshawError } from "../errors.ts";
import type { Environment } from "./environment.ts";

/**
 * The account of a source: an address, a name of the address book, or, where none is given, the sending account.
 * @throws ScrimshawError `availability.source-invalid`
 */
export async function sourceAddress(text: string | undefined, environment: Environment): Promise<Hex> {
  if (text === undefined) return (await (await environment.signer()).getAddress()) as Hex;
  const { addressBook } = environment;
  const address = Object.hasOwn(addressBook, text) ? (addressBook[text] ?? text) : text;
  if (/^0x[0-9a-fA-F]{40}$/.test(address)) return address as Hex;
  throw new ScrimshawError({
    code: "availability.source-invalid",
    expected: "--source as an address (0x and 40 hex digits), or a name of the address book",
    found: JSON.stringify(text.slice(0, 80)),
    next: "Ask whom you trust with committees for the address, and name it in scrimshaw.addressBook of hardhat.config.ts if you like.",
  });
}
