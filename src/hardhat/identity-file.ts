import type { Identities } from "../models/age/identities.ts";

/** What `--identity-file` names, in the form of options; the library of age is loaded only for it. */
export async function readIdentityFile(path: string | undefined): Promise<{ readonly identities?: Identities }> {
  if (path === undefined) return {};
  const { Identities } = await import("../models/age/identities.ts");
  return { identities: await Identities.readFile(path) };
}
