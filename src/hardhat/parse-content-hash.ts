import { ScrimshawError } from "../errors.ts";

/**
 * A SHA-256 as a command's option gives it, in lower case.
 * @throws ScrimshawError `walrus.argument-invalid`
 */
export function parseContentHash({ option, text }: { readonly option: string; readonly text: string }): `0x${string}` {
  if (/^0x[0-9a-fA-F]{64}$/.test(text)) return `0x${text.slice(2).toLowerCase()}`;
  throw new ScrimshawError({
    code: "walrus.argument-invalid",
    expected: `${option} as 0x and 64 hex digits`,
    found: JSON.stringify(text.slice(0, 80)),
    next: "Copy the SHA-256 again, or leave it out: the bytes are then checked against the Blob ID.",
  });
}
