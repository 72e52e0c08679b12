import { modelIdOf } from "../models/model-id.ts";
import { parseReference } from "../models/reference.ts";
import type { Hex } from "../proofs/statement.ts";

/**
 * The model that a filter names: `<creator>/<name>`, or its id.
 * @throws ScrimshawError of `parseReference`
 */
export function modelFilter(text: string, addressBook: Readonly<Record<string, string>>): Hex {
  if (/^0x[0-9a-fA-F]{64}$/.test(text)) return text.toLowerCase() as Hex;
  return modelIdOf(parseReference({ text, addressBook }));
}
