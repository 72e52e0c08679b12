import { addressOption } from "./options.ts";

/** What commands about one model or version take, worded once. */
export const registry = addressOption("registry", "the ModelRegistry");
export const model = {
  name: "model",
  description: "Model as <creator>/<name>; creator is an address or a name of the address book",
} as const;
export const version = {
  name: "reference",
  description: "Version as <creator>/<name>@<version, tag or label>",
} as const;
