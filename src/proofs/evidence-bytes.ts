import { decode, encode } from "cborg";
import { createHash } from "node:crypto";
import { z } from "zod";

import { ScrimshawError } from "../errors.ts";
import { byteString } from "./cbor-bytes.ts";
import { hashStatement } from "./statement.ts";
import type { Hex, Statement } from "./statement.ts";
import { DTYPE_BYTES, sortTensors } from "./tensors.ts";
import type { Dtype, Tensor } from "./tensors.ts";

/** Which program computed the outputs; a re-run under another one that differs proves nothing. */
export interface Runtime {
  readonly id: string;
  readonly version: string;
}

/** What the evidence bytes hold after their header, in clear. */
export interface EvidenceContent {
  readonly runtime: Runtime;
  /** Present only where the publisher chose to show them to the world. */
  readonly inputs?: readonly Tensor[];
  readonly outputs?: readonly Tensor[];
  /** 32 bytes each, present only together with the plaintext that they salt. */
  readonly inputSalt?: Uint8Array;
  readonly outputSalt?: Uint8Array;
}

const MAGIC = Buffer.from("SCR1", "ascii");
/** `SCR1` and the 32-byte statement hash, in clear even when the rest is encrypted. */
export const EVIDENCE_HEADER_BYTES = MAGIC.length + 32;

const salt = byteString(32);
const tensors = z
  .array(
    z.strictObject({
      name: z.string().max(256),
      dtype: z.enum(Object.keys(DTYPE_BYTES) as [Dtype, ...Dtype[]]),
      shape: z.array(z.int().nonnegative()).max(32),
      data: byteString(),
    }),
  )
  .max(1024);
const contentSchema = z.strictObject({
  schema: z.literal("scrimshaw.evidence/1"),
  runtime: z.strictObject({ id: z.string().max(128), version: z.string().max(128) }),
  inputs: tensors.optional(),
  outputs: tensors.optional(),
  inputSalt: salt.optional(),
  outputSalt: salt.optional(),
});

function invalid(found: string, cause?: unknown): ScrimshawError {
  return new ScrimshawError({
    code: "proofs.evidence-invalid",
    expected: "evidence bytes: SCR1, the statement hash, then the CBOR of scrimshaw.evidence/1",
    found,
    next: "Ask whoever recorded the proof; these bytes cannot be what the format describes.",
    cause,
  });
}

/** Evidence bytes bound to `statement`: header in clear, then deterministic CBOR. */
export function encodeEvidence({
  statement,
  content,
}: {
  readonly statement: Statement;
  readonly content: EvidenceContent;
}): Uint8Array {
  const { inputs, outputs, ...rest } = content;
  const body = encode({
    schema: "scrimshaw.evidence/1",
    ...rest,
    ...(inputs === undefined ? {} : { inputs: sortTensors(inputs) }),
    ...(outputs === undefined ? {} : { outputs: sortTensors(outputs) }),
  });
  return Buffer.concat([MAGIC, Buffer.from(hashStatement(statement).slice(2), "hex"), body]);
}

/**
 * The statement hash that evidence bytes are bound to, read from their header alone.
 * @throws ScrimshawError `proofs.evidence-invalid`
 */
export function boundStatementHash(evidence: Uint8Array): Hex {
  const header = Buffer.from(evidence.subarray(0, EVIDENCE_HEADER_BYTES));
  if (header.length < EVIDENCE_HEADER_BYTES) throw invalid(`${evidence.length} bytes, shorter than the header`);
  if (!header.subarray(0, MAGIC.length).equals(MAGIC)) {
    throw invalid(`the first bytes 0x${header.subarray(0, MAGIC.length).toString("hex")}`);
  }
  return `0x${header.subarray(MAGIC.length).toString("hex")}`;
}

/**
 * Reads evidence in clear. Only checked bytes may be given here: compare the content hash first.
 * @throws ScrimshawError `proofs.evidence-invalid`
 */
export function decodeEvidence(evidence: Uint8Array): {
  readonly statementHash: Hex;
  readonly content: EvidenceContent;
} {
  const statementHash = boundStatementHash(evidence);
  let value: unknown;
  try {
    value = decode(evidence.subarray(EVIDENCE_HEADER_BYTES), { strict: true, rejectDuplicateMapKeys: true });
  } catch (cause) {
    throw invalid("a body that is not deterministic CBOR", cause);
  }
  const parsed = contentSchema.safeParse(value);
  if (!parsed.success) throw invalid(`a body of another form: ${z.prettifyError(parsed.error).slice(0, 300)}`);
  const { runtime, inputs, outputs, inputSalt, outputSalt } = parsed.data;
  for (const plaintext of [inputs, outputs]) sortTensors(plaintext ?? []);
  return {
    statementHash,
    content: {
      runtime,
      ...(inputs === undefined ? {} : { inputs }),
      ...(outputs === undefined ? {} : { outputs }),
      ...(inputSalt === undefined ? {} : { inputSalt }),
      ...(outputSalt === undefined ? {} : { outputSalt }),
    },
  };
}

/** The content hash of evidence bytes, as the proof's `Evidence.contentHash`. */
export function evidenceHash(evidence: Uint8Array): Hex {
  return `0x${createHash("sha256").update(evidence).digest("hex")}`;
}
