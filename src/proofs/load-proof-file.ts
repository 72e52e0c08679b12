import { open } from "node:fs/promises";

import { ScrimshawError } from "../errors.ts";
import type { BundlePart } from "./batch-part.ts";
import { MAX_PROOF_FILE_BYTES, readProofFile } from "./proof-file.ts";

/**
 * Reads a proof file of an inference node.
 * @throws ScrimshawError `proofs.file-unreadable`, `proofs.file-invalid`
 */
export async function loadProofFile(path: string): Promise<BundlePart> {
  let text: string;
  try {
    await using file = await open(path, "r");
    const { size } = await file.stat();
    if (size > MAX_PROOF_FILE_BYTES) throw new RangeError(`${size} bytes, more than ${MAX_PROOF_FILE_BYTES}`);
    text = await file.readFile("utf8");
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
