import { z } from "zod";

import { ScrimshawError } from "../errors.ts";
import { MAX_SEAL_BYTES } from "./batch-part.ts";
import type { BundlePart } from "./batch-part.ts";
import type { Hex } from "./statement.ts";

/** A file larger than this is refused before it is parsed. */
export const MAX_PROOF_FILE_BYTES = 256 * 1024 * 1024;

const hexOf = (bytes: number) => z.templateLiteral(["0x", z.string().regex(new RegExp(`^[0-9a-f]{${bytes * 2}}$`))]);
const uint64 = z
  .string()
  .regex(/^(0|[1-9][0-9]{0,19})$/)
  .transform(BigInt)
  .refine((value) => value < 1n << 64n);

const proofFileSchema = z.strictObject({
  schema: z.literal("scrimshaw.proof/1"),
  statement: z.strictObject({
    modelId: hexOf(32),
    modelVersion: z.int().nonnegative().max(0xffffffff),
    manifestHash: hexOf(32),
    inputHash: hexOf(32),
    outputHash: hexOf(32),
    requestId: hexOf(32),
    producedAt: uint64,
  }),
  evidence: z.strictObject({
    verifier: hexOf(20),
    attesterId: hexOf(32),
    blobId: hexOf(32),
    contentHash: hexOf(32),
    size: uint64,
  }),
  seal: z
    .string()
    .max(2 + 2 * MAX_SEAL_BYTES)
    .regex(/^0x[0-9a-f]*$/)
    .refine((seal) => seal.length % 2 === 0),
  evidenceBytes: z.base64(),
});

/** The JSON in which an inference node hands a proof, its seal and its evidence to whoever settles it. */
export function writeProofFile({ proof, seal, evidence }: BundlePart): string {
  const text = (value: unknown): unknown => (typeof value === "bigint" ? value.toString() : value);
  const file = {
    schema: "scrimshaw.proof/1",
    statement: proof.statement,
    evidence: { ...proof.evidence, verifier: proof.evidence.verifier.toLowerCase() },
    seal,
    evidenceBytes: Buffer.from(evidence).toString("base64"),
  };
  return `${JSON.stringify(file, (_key, value: unknown) => text(value), 2)}\n`;
}

/** @throws ScrimshawError `proofs.file-invalid` */
export function readProofFile(text: string): BundlePart {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw invalid("text that is not JSON", cause);
  }
  const parsed = proofFileSchema.safeParse(value);
  if (!parsed.success) throw invalid(z.prettifyError(parsed.error).slice(0, 300));
  const { statement, evidence, seal, evidenceBytes } = parsed.data;
  return { proof: { statement, evidence }, seal: seal as Hex, evidence: Buffer.from(evidenceBytes, "base64") };
}

function invalid(found: string, cause?: unknown): ScrimshawError {
  return new ScrimshawError({
    code: "proofs.file-invalid",
    expected: "a proof file of schema scrimshaw.proof/1",
    found,
    next: "Write proof files with writeProofFile, or see the proof file's members in its documentation.",
    cause,
  });
}
