import { z } from "zod";
import { ScrimshawError } from "../errors.ts";
import type { Hex } from "./statement.ts";
import { DTYPE_BYTES, sortTensors } from "./tensors.ts";
import type { Dtype, Tensor } from "./tensors.ts";

/** What one auditor is given to run a proof's inference again without anything being published. Keep it as secret as the values. */
export interface Disclosure {
  readonly proofId: Hex;
  readonly inputs: readonly Tensor[];
  readonly outputs: readonly Tensor[];
  /** 32 bytes each; absent where the hashes are not salted. */
  readonly inputSalt?: Uint8Array;
  readonly outputSalt?: Uint8Array;
}

const salt = z
  .string()
  .regex(/^[0-9a-f]{64}$/)
  .transform((hex): Uint8Array => Buffer.from(hex, "hex"));
const tensors = z
  .array(
    z.strictObject({
      name: z.string().max(256),
      dtype: z.enum(Object.keys(DTYPE_BYTES) as [Dtype, ...Dtype[]]),
      shape: z.array(z.int().nonnegative()).max(32),
      data: z.base64().transform((text): Uint8Array => Buffer.from(text, "base64")),
    }),
  )
  .max(1024);
const disclosureSchema = z.strictObject({
  schema: z.literal("scrimshaw.disclosure/1"),
  proofId: z.string().regex(/^0x[0-9a-f]{64}$/),
  inputs: tensors,
  outputs: tensors,
  inputSalt: salt.exactOptional(),
  outputSalt: salt.exactOptional(),
});

export function writeDisclosureFile({ proofId, inputs, outputs, inputSalt, outputSalt }: Disclosure): string {
  const encode = (list: readonly Tensor[]): unknown =>
    list.map(({ data, ...tensor }) => ({ ...tensor, data: Buffer.from(data).toString("base64") }));
  const file = {
    schema: "scrimshaw.disclosure/1",
    proofId,
    inputs: encode(inputs),
    outputs: encode(outputs),
    ...(inputSalt && { inputSalt: Buffer.from(inputSalt).toString("hex") }),
    ...(outputSalt && { outputSalt: Buffer.from(outputSalt).toString("hex") }),
  };
  return `${JSON.stringify(file, undefined, 2)}\n`;
}

/** @throws ScrimshawError `proofs.disclosure-invalid`, `proofs.tensor-invalid` */
export function readDisclosureFile(text: string): Disclosure {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw invalid("text that is not JSON", cause);
  }
  const parsed = disclosureSchema.safeParse(value);
  if (!parsed.success) throw invalid(z.prettifyError(parsed.error).slice(0, 300));
  const { proofId, inputs, outputs, inputSalt, outputSalt } = parsed.data;
  return {
    proofId: proofId as Hex,
    inputs: sortTensors(inputs),
    outputs: sortTensors(outputs),
    ...(inputSalt && { inputSalt }),
    ...(outputSalt && { outputSalt }),
  };
}

function invalid(found: string, cause?: unknown): ScrimshawError {
  return new ScrimshawError({
    code: "proofs.disclosure-invalid",
    expected: "a disclosure file of schema scrimshaw.disclosure/1",
    found,
    next: "Ask the prover for the file that `npx hardhat proof record --disclosure <file>` wrote.",
    cause,
  });
}
