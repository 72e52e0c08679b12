import { ScrimshawError } from "../errors.ts";
import { quoted } from "./text.ts";

const UNITS: Readonly<Record<string, number>> = {
  ...{ "": 1, B: 1, KB: 1e3, MB: 1e6, GB: 1e9, TB: 1e12 },
  ...{ KIB: 2 ** 10, MIB: 2 ** 20, GIB: 2 ** 30, TIB: 2 ** 40 },
};

/**
 * Bytes from text like `500MB` or `1.5 GiB`; a number alone is bytes.
 * @throws ScrimshawError `models.size-invalid`
 */
export function parseSize(text: string): number {
  const [, digits, unit] = /^([0-9]{1,15}(?:\.[0-9]{1,6})?) ?([a-z]{0,3})$/i.exec(text.trim()) ?? [];
  const factor = UNITS[unit?.toUpperCase() ?? "none"];
  if (digits !== undefined && factor !== undefined) return Math.floor(Number(digits) * factor);
  throw new ScrimshawError({
    code: "models.size-invalid",
    expected: "a size like 500MB or 1.5GiB, or a number of bytes",
    found: quoted(text),
    next: "Correct the size.",
  });
}
