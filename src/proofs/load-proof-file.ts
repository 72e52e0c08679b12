import { readBoundedText } from "../bounded-text.ts";
import type { BoundedTextOptions } from "../bounded-text.ts";
import { ScrimshawError } from "../errors.ts";
import type { BundlePart } from "./batch-part.ts";
import { MAX_PROOF_FILE_BYTES, readProofFile } from "./proof-file.ts";

/**
 * Reads a proof file of an inference node.
 * @throws ScrimshawError `proofs.file-unreadable`, `proofs.file-invalid`
 */
export async function loadProofFile(path: string, options: BoundedTextOptions = {}): Promise<BundlePart> {
  let text: string;
  try {
    text = await readBoundedText(path, MAX_PROOF_FILE_BYTES, options);
  } catch (cause) {
    throw new ScrimshawError({
      code: "proofs.file-unreadable",
      expected: `a readable proof file ${path}`,
      found: cause instanceof Error ? cause.message.slice(0, 300) : "an unknown failure",
      next: "Check the path; `npx hardhat proof record --save <file>` writes such files.",
      cause,
    });
  }
  return readProofFile(text);
}
