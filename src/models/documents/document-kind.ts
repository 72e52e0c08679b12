import { ScrimshawError } from "../../errors.ts";
import { quoted } from "../text.ts";

/** What a document is about, in the order of the contract. */
export const DOCUMENT_KINDS = ["other", "model-card", "evaluation", "licence", "provenance", "audit"] as const;
export type DocumentKind = (typeof DOCUMENT_KINDS)[number];

/** @throws ScrimshawError `models.document-kind-unknown` */
export function parseDocumentKind(text: string): DocumentKind {
  const kind = DOCUMENT_KINDS.find((known) => known === text);
  if (kind !== undefined) return kind;
  throw new ScrimshawError({
    code: "models.document-kind-unknown",
    expected: `one of ${DOCUMENT_KINDS.join(", ")}`,
    found: quoted(text),
    next: "Choose the kind that fits, or other: what the document is exactly, it says itself.",
  });
}
