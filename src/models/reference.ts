import { getAddress, isAddress } from "ethers";
import { ScrimshawError } from "../errors.ts";
import { isLabel, isTag, LATEST, MODEL_NAME } from "./names.ts";
import { quoted } from "./text.ts";

/** What follows the `@` of a reference. A name is tried as a tag, then as a label. */
export type VersionSelector =
  | { readonly kind: "newest" }
  | { readonly kind: "number"; readonly version: number }
  | { readonly kind: "name"; readonly name: string };

/** A model by its creator and name, and which version of it. */
export interface ModelReference {
  /** Checksummed address. */
  readonly creator: string;
  readonly name: string;
  readonly selector: VersionSelector;
}

export interface ParseReferenceOptions {
  readonly text: string;
  /** Names that may stand for a creator's address. */
  readonly addressBook?: Readonly<Record<string, string>>;
}

const MAX_VERSION = 2 ** 32 - 1;
const VERSION = /^[1-9][0-9]{0,9}$/;

function invalid(text: string, found: string): ScrimshawError {
  return new ScrimshawError({
    code: "models.reference-invalid",
    expected: "a reference like <creator>/<name>@<version, tag or label>",
    found: `${quoted(text)}, ${found}`,
    next: "Write for example 0x70997970C51812dc3A010C7d01b50e0d17dc79C8/iris@1; `npx hardhat model list` shows what exists.",
  });
}

/**
 * The address of a creator, given as one or as a name from the address book.
 * @throws ScrimshawError `models.creator-unknown`
 */
export function addressOfCreator(creator: string, addressBook: Readonly<Record<string, string>> = {}): string {
  const known = Object.hasOwn(addressBook, creator) ? addressBook[creator] : creator;
  if (known !== undefined && isAddress(known) && known.startsWith("0x")) return getAddress(known);
  throw new ScrimshawError({
    code: "models.creator-unknown",
    expected:
      "an address (0x and 40 hex digits, with its right checksum if it has capitals) or a name of the address book",
    found: quoted(creator),
    next: "Check the address, or add the name to scrimshaw.addressBook in hardhat.config.ts.",
  });
}

function parseSelector(text: string, after: string | undefined): VersionSelector {
  if (after === undefined || after === LATEST) return { kind: "newest" };
  if (VERSION.test(after) && Number(after) <= MAX_VERSION) return { kind: "number", version: Number(after) };
  if (isTag(after) || isLabel(after)) return { kind: "name", name: after };
  throw invalid(text, "whose part after '@' is no version, tag or label");
}

/**
 * Reads `<creator>/<name>[@<version, tag or label>]`. Without the last part, or with `@latest`, it means the newest active
 * version.
 * @throws ScrimshawError `models.reference-invalid`, `models.creator-unknown`
 */
export function parseReference({ text, addressBook }: ParseReferenceOptions): ModelReference {
  const match = /^([^/@]+)\/([^/@]+)(?:@([^/@]*))?$/.exec(text);
  const [, creator, name, after] = match ?? [];
  if (creator === undefined || name === undefined) throw invalid(text, "which has another form");
  if (!MODEL_NAME.test(name)) throw invalid(text, "whose name has other characters than a-z, 0-9, '.', '_' and '-'");
  return { creator: addressOfCreator(creator, addressBook), name, selector: parseSelector(text, after) };
}

/** The reference as text that `parseReference` reads. */
export function formatReference({ creator, name, selector }: ModelReference): string {
  const after =
    selector.kind === "newest" ? "" : `@${selector.kind === "number" ? String(selector.version) : selector.name}`;
  return `${creator}/${name}${after}`;
}
