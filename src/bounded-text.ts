import { open } from "node:fs/promises";

/**
 * The text of a file of at most `maxBytes`, which is asked before it is read.
 * @throws Error the file system's, or a RangeError that says both sizes; for the caller to put into words
 */
export async function readBoundedText(path: string, maxBytes: number): Promise<string> {
  await using file = await open(path, "r");
  const { size } = await file.stat();
  if (size > maxBytes) throw new RangeError(`${size} bytes, more than ${maxBytes}`);
  return await file.readFile("utf8");
}
