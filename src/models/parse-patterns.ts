import { ScrimshawError } from "../errors.ts";
import { quoted } from "./text.ts";

/**
 * Patterns from a comma-separated list; a comma in braces is part of its pattern, as in `*.{json,txt}`.
 * @throws ScrimshawError `models.patterns-missing` for text without any, which would mean everything
 */
export function parsePatterns(text: string): readonly string[] {
  const patterns: string[] = [];
  let depth = 0;
  let from = 0;
  for (let at = 0; at <= text.length; at++) {
    const character = text[at];
    if (character === "{") depth += 1;
    if (character === "}") depth = Math.max(depth - 1, 0);
    if (character !== undefined && (character !== "," || depth > 0)) continue;
    // A path as a shell completes it.
    const pattern = text.slice(from, at).trim().replace(/^\.\//, "");
    if (pattern !== "") patterns.push(pattern);
    from = at + 1;
  }
  if (patterns.length > 0) return patterns;
  throw new ScrimshawError({
    code: "models.patterns-missing",
    expected: "comma-separated patterns as *.json,weights/**",
    found: quoted(text),
    next: "Name at least one, or leave the option out to mean all files.",
  });
}
