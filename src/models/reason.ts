import { ScrimshawError } from "../errors.ts";

/** UTF-8 bytes of a reason that the registry takes. */
const LONGEST = 256;

/** @throws ScrimshawError `models.reason-too-long`, and `models.reason-missing` for an empty one that is `required` */
export function requireReason(reason: string, { required = false }: { readonly required?: boolean } = {}): void {
  const length = Buffer.byteLength(reason, "utf8");
  if (required && reason.trim() === "") {
    throw new ScrimshawError({
      code: "models.reason-missing",
      expected: "a reason, for those who use the version",
      found: "none",
      next: "Say why with --reason, in up to 256 bytes.",
    });
  }
  if (length <= LONGEST) return;
  throw new ScrimshawError({
    code: "models.reason-too-long",
    expected: `a reason of at most ${LONGEST} bytes`,
    found: `${length} bytes`,
    next: "Shorten it; a document on Walrus may say more (`npx hardhat model document add`).",
  });
}
