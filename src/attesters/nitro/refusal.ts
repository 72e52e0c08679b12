import { ScrimshawError } from "../../errors.ts";

/** Which step of the check an attestation document fails. */
export type RefusalStep = "malformed" | "certificates" | "signature" | "debug" | "nonce" | "key";

/** Bytes from a document, for an error: enough to recognise them, never all. */
export function shown(bytes: Uint8Array): string {
  const head = Buffer.from(bytes.subarray(0, 48)).toString("hex");
  return `0x${head}${bytes.length > 48 ? `... (${bytes.length} bytes)` : ""}`;
}

/** The error `attesters.document-<step>`. */
export function refusal(
  step: RefusalStep,
  { expected, found, cause }: { readonly expected: string; readonly found: string; readonly cause?: unknown },
): ScrimshawError {
  return new ScrimshawError({
    code: `attesters.document-${step}`,
    expected,
    found,
    next: "Do not trust this document. Ask the enclave itself for one, and give the bytes as it answers them.",
    cause,
  });
}
