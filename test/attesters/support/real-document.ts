import { readFileSync } from "node:fs";

/** The attestation document of a real OpenGradient enclave; see the README beside it. */
export function realDocument(): Uint8Array {
  const text = readFileSync(new URL("../../vectors/nitro/opengradient-attestation.bin", import.meta.url), "utf8");
  return new Uint8Array(Buffer.from(text, "base64"));
}
