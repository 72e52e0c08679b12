import { Answers } from "../../checks.ts";
import type { CheckOutcome, CheckStatus } from "../../checks.ts";
import type { ResolvedVersion } from "../resolve.ts";

/** Every question that `verifyModel` answers. The names are stable: scripts match on them. */
export type ModelCheckName =
  /** The version is registered and not revoked. */
  | "version"
  /** The manifest's bytes are those of the registered content hash, and encode to the registered Blob ID. */
  | "manifest-hash"
  | "manifest-blob-id"
  /** The manifest is valid, and of this model. */
  | "manifest"
  /** The registry's `blobsHash` is that of the manifest's Blob IDs. */
  | "blobs-hash"
  /** A blob's bytes have the manifest's content hash, encode to its Blob ID, and decrypt to what the manifest says. */
  | "blob-hash"
  | "blob-id"
  | "decrypted"
  /** A file has the manifest's size and hash: put together from blobs, or in a folder. */
  | "file"
  | "folder-file"
  /** A folder holds nothing else. */
  | "folder-extra";

/** One answer about the version, or about one blob or file of it. */
export interface ModelCheck {
  readonly check: ModelCheckName;
  readonly status: CheckStatus;
  /** The Blob ID, or the file's path, that it is about. */
  readonly about?: string;
  /** What was compared, or why it could not be. */
  readonly detail: string;
}

/** What `verifyModel` found. */
export interface ModelReport extends ResolvedVersion {
  /** The folder that was compared; undefined if none was. */
  readonly folder: string | undefined;
  /** Paths of files that the folder lacks, holds with other bytes, and holds beside the model's. */
  readonly missing: readonly string[];
  readonly changed: readonly string[];
  readonly extra: readonly string[];
  readonly checks: readonly ModelCheck[];
  readonly outcome: CheckOutcome;
}

/** The question of an answer. */
export type Question = Pick<ModelCheck, "check" | "about">;

/** The answers of one verification. */
export class ModelCheckList extends Answers<ModelCheck> {
  /** Adds `passed` or `failed` and gives `holds` back. */
  expect(
    question: Question,
    holds: boolean,
    { passed, failed }: { readonly passed: string; readonly failed: string },
  ): boolean {
    this.add({ ...question, status: holds ? "passed" : "failed", detail: holds ? passed : failed });
    return holds;
  }

  notChecked(question: Question, detail: string): void {
    this.add({ ...question, status: "not-checked", detail });
  }
}
