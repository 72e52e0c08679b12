import { formatBytes } from "../describe-progress.ts";
import type { ShownModel } from "../show.ts";
import type { ListedDocument } from "./list-documents.ts";

/** Documents of a version that fit beside all else that is shown of it. */
const MOST_SHOWN = 10;

/** A document for people, in one line; the reason is its author's text. */
export function describeDocument(document: Omit<ListedDocument, "reason"> & Partial<ListedDocument>): string {
  const { number, kind, author, addedAt, blob, revoked, reason } = document;
  const day = new Date(addedAt * 1000).toISOString().slice(0, 10);
  const mark = revoked ? `  revoked${reason === undefined ? "" : `: ${reason}`}` : "";
  return `${String(number).padStart(4)}  ${kind.padEnd(10)}  ${day}  by ${author}  ${blob.blobId} (${formatBytes(blob.size)})${mark}`;
}

/** What was said about the shown version and not revoked: its owner's word first, since anybody may add more. */
export function describeDocuments({ model, version, documents, documentCount }: ShownModel): string[] {
  if (version === undefined || documentCount === 0) return [];
  const standing = documents.filter(({ revoked }) => !revoked).toReversed();
  const ours = standing.filter(({ author }) => author === model.owner);
  const others = standing.filter(({ author }) => author !== model.owner);
  const shown = [...ours, ...others].slice(0, MOST_SHOWN);
  const list = `npx hardhat model document list ${model.creator}/${model.name}@${String(version.version)}`;
  return [
    `documents    ${String(documentCount)} by anybody${shown.length < documentCount ? `; all: ${list}` : ""}`,
    ...shown.map(describeDocument),
  ];
}
