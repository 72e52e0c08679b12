import { ScrimshawError } from "../errors.ts";
import type { Hex } from "./statement.ts";

/**
 * A proof id, record id or batch id as people paste it.
 * @throws ScrimshawError `proofs.id-invalid`
 */
export function parseId(text: string): Hex {
  if (/^0x[0-9a-fA-F]{64}$/.test(text)) return text.toLowerCase() as Hex;
  throw new ScrimshawError({
    code: "proofs.id-invalid",
    expected: "a proof id or batch id, 0x and 64 hex digits",
    found: JSON.stringify(text.slice(0, 80)),
    next: "Copy it from `npx hardhat proof list`.",
  });
}
