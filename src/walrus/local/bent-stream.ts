import { Transform } from "node:stream";

/** Passes bytes on with some flipped, and breaks off or stops when told to. */
export function bentStream({
  start,
  flipped,
  cut,
}: {
  /** Place of the first byte in the blob. */
  readonly start: number;
  /** Places in the blob of bytes whose bits are flipped. */
  readonly flipped: ReadonlySet<number>;
  readonly cut: { readonly kind: "truncate" | "stall"; readonly after: number } | undefined;
}): Transform {
  let position = start;
  let left = cut?.after ?? Infinity;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      const bent = Buffer.from(chunk.subarray(0, left));
      for (const offset of flipped) {
        const place = offset - position;
        const byte = bent[place];
        if (byte !== undefined) bent[place] = byte ^ 0xff;
      }
      position += chunk.length;
      left -= bent.length;
      if (bent.length > 0) this.push(bent);
      // Without an answer to `done` nothing more flows, until the connection ends.
      if (bent.length === chunk.length) done();
      else if (cut?.kind === "truncate") setImmediate(done, new Error("broken off on demand"));
    },
  });
}
