import type { BundlePart } from "../batch-part.ts";
import type { Evidence, Proof } from "../proof.ts";
import type { Hex, Statement } from "../statement.ts";

/** A proof in JSON, where big integers are text. */
interface ProofText {
  readonly statement: Omit<Statement, "producedAt"> & { readonly producedAt: string };
  readonly evidence: Omit<Evidence, "size"> & { readonly size: string };
}

/** A proof as the queue keeps it. Only the queue writes its file, so it is read back without a schema. */
export function encodeProof(proof: Proof): string {
  return JSON.stringify(proof, (_key, value: unknown) => (typeof value === "bigint" ? value.toString() : value));
}

/** A row with the columns `proof`, `seal` and `evidence`. */
export function decodePart(row: Readonly<Record<string, unknown>>): BundlePart {
  const { statement, evidence } = JSON.parse(row["proof"] as string) as ProofText;
  const seal: Hex = `0x${Buffer.from(row["seal"] as Uint8Array).toString("hex")}`;
  return {
    proof: {
      statement: { ...statement, producedAt: BigInt(statement.producedAt) },
      evidence: { ...evidence, size: BigInt(evidence.size) },
    },
    seal,
    evidence: row["evidence"] as Uint8Array,
  };
}
