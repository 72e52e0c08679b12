import { ScrimshawError } from "../../errors.ts";
import { quoted } from "../text.ts";

/** The error for a private model and nobody to open it: `models.identity-missing`. */
export function identityMissing(): ScrimshawError {
  return new ScrimshawError({
    code: "models.identity-missing",
    expected: "an identity of age for a model that is encrypted",
    found: "no identity was given",
    next: "Give the file that holds it: --identity-file <path>.",
  });
}

/** The error for an identity that is another one's: `models.identity-wrong`. */
export function identityWrong(): ScrimshawError {
  return new ScrimshawError({
    code: "models.identity-wrong",
    expected: "an identity that this model was encrypted to",
    found: "only others in the file",
    next: "Give the file of the right identity, or ask the publisher to publish a version for you too (--encrypt-to).",
  });
}

/** The error for bytes that are as the manifest says, and still no age file: `models.ciphertext-invalid`. */
export function ciphertextInvalid(blobId: string, cause: unknown): ScrimshawError {
  const said = cause instanceof Error ? `: ${quoted(cause.message)}` : "";
  return new ScrimshawError({
    code: "models.ciphertext-invalid",
    expected: `an age file in blob ${blobId}, as the manifest says`,
    found: `bytes that age refuses${said}`,
    next: "Do not use this version, and tell its publisher.",
    cause,
  });
}
