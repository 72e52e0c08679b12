import { z } from "zod";
import type { Hex } from "../sign-digest.ts";
import { measurementOf } from "./measurement.ts";
import { refusal } from "./refusal.ts";

const register = z
  .string()
  .regex(/^(0x)?[0-9a-fA-F]{96}$/, "expected 96 hex digits")
  .transform((hex): Uint8Array => Buffer.from(hex.replace(/^0x/, ""), "hex"));
const registers = z.object({ PCR0: register, PCR1: register, PCR2: register });
const schema = z.union([z.object({ Measurements: registers }).transform((file) => file.Measurements), registers]);

/**
 * The measurement of an image, from what `nitro-cli build-enclave` prints: whoever builds the image for themselves knows what to approve.
 * @throws ScrimshawError `attesters.document-malformed`, `attesters.document-debug`
 */
export function readMeasurements(text: string): Hex {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    value = undefined;
  }
  const parsed = schema.safeParse(value);
  if (!parsed.success) {
    throw refusal("malformed", {
      expected: "the JSON of nitro-cli: {Measurements: {PCR0, PCR1, PCR2}}, 96 hex digits each",
      found: z.prettifyError(parsed.error).slice(0, 300),
    });
  }
  const { PCR0, PCR1, PCR2 } = parsed.data;
  return measurementOf(
    new Map([
      [0, PCR0],
      [1, PCR1],
      [2, PCR2],
    ]),
  );
}
