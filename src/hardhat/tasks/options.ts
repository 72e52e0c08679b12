import { ArgumentType } from "hardhat/types/arguments";

/** Options that many commands share, worded once. */
export const json = {
  name: "json",
  description: "Print one JSON document {schema, ok, result | error} on stdout",
} as const;

export const dryRun = {
  name: "dryRun",
  description: "Show what would be stored, paid and sent, and do none of it",
} as const;

export const yes = {
  name: "yes",
  description: "Do not ask before something is paid for on a network that is not local",
} as const;

export const from = {
  name: "from",
  description: "Sending account: an address, or its number among the network's accounts (default 0)",
  type: ArgumentType.STRING_WITHOUT_DEFAULT,
  defaultValue: undefined,
} as const;

export const identityFile = {
  name: "identityFile",
  description: "File with the age identities that open what is encrypted, as age-keygen writes it",
  type: ArgumentType.STRING_WITHOUT_DEFAULT,
  defaultValue: undefined,
} as const;

export const certify = {
  name: "certify",
  description: "Afterwards have the chain verify that the storage nodes hold what was stored; exit 2 if that fails",
} as const;

export const certifySource = textOption(
  "source",
  "With --certify: account whose committees are believed, or its name (default: the sending account)",
);

/** How long something is paid for: the description of `--epochs`. */
export const epochsToPay = "Epochs to pay for, 1 to 53 (0: as configured)";

/** An option that says which contract to use instead of the deployed one that is on record. */
export function addressOption<const Name extends string>(
  name: Name,
  contract: string,
): {
  readonly name: Name;
  readonly description: string;
  readonly type: ArgumentType.STRING_WITHOUT_DEFAULT;
  readonly defaultValue: undefined;
} {
  return {
    name,
    description: `Address of ${contract} (default: deployments.json, then Ignition's folder)`,
    type: ArgumentType.STRING_WITHOUT_DEFAULT,
    defaultValue: undefined,
  };
}

/** A text option that may be left out. */
export function textOption<const Name extends string>(
  name: Name,
  description: string,
): {
  readonly name: Name;
  readonly description: string;
  readonly type: ArgumentType.STRING_WITHOUT_DEFAULT;
  readonly defaultValue: undefined;
} {
  return { name, description, type: ArgumentType.STRING_WITHOUT_DEFAULT, defaultValue: undefined };
}

/** A whole-number option with a default. */
export function intOption<const Name extends string>(
  name: Name,
  description: string,
  defaultValue: number,
): {
  readonly name: Name;
  readonly description: string;
  readonly type: ArgumentType.INT;
  readonly defaultValue: number;
} {
  return { name, description, type: ArgumentType.INT, defaultValue };
}

export const recipientsFile = textOption("recipientsFile", "File of recipients of age to encrypt to, one a line");
