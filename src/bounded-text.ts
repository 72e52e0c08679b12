import { constants, open } from "node:fs/promises";

export interface BoundedTextOptions {
  /**
   * Whether the path may lead through a link at its end, or to something that is no file, such as what a shell puts in place of `<(...)`. Not so
   * in a folder that others write to. Default true.
   */
  readonly follow?: boolean;
}

/**
 * The text of a file of at most `maxBytes`: it is asked for its size before it is read, and read no further, should it grow.
 * @throws Error the file system's, or a RangeError that says both sizes; for the caller to put into words
 */
export async function readBoundedText(
  path: string,
  maxBytes: number,
  { follow = true }: BoundedTextOptions = {},
): Promise<string> {
  // Without O_NONBLOCK a pipe that nobody writes to would be waited for.
  const flags = follow ? constants.O_RDONLY : constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
  await using file = await open(path, flags);
  const stat = await file.stat();
  if (!follow && !stat.isFile()) throw new RangeError("no regular file");
  if (stat.size > maxBytes) throw new RangeError(`${stat.size} bytes, more than ${maxBytes}`);
  const pieces: Buffer[] = [];
  let size = 0;
  for await (const piece of file.createReadStream({ autoClose: false }) as AsyncIterable<Buffer>) {
    size += piece.length;
    if (size > maxBytes) throw new RangeError(`more than ${maxBytes} bytes`);
    pieces.push(piece);
  }
  return Buffer.concat(pieces).toString("utf8");
}
