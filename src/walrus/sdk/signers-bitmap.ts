/** The bitmap of a certificate's signers, without places beyond the members. It claims nothing: the certificate is verified with it. */
export function bitmapOf({
  signers,
  members,
}: {
  readonly signers: readonly number[];
  readonly members: number;
}): `0x${string}` {
  const bitmap = Buffer.alloc(Math.ceil(members / 8));
  for (const place of signers) {
    if (Number.isInteger(place) && place >= 0 && place < members)
      bitmap[place >> 3] = (bitmap[place >> 3] ?? 0) | (1 << (place & 7));
  }
  return `0x${bitmap.toString("hex")}`;
}

/** Places of the signers in a bitmap. */
export function signersOf(bitmap: `0x${string}`): number[] {
  const bytes = Buffer.from(bitmap.slice(2), "hex");
  return Array.from({ length: bytes.length * 8 }, (_, place) => place).filter(
    (place) => (((bytes[place >> 3] ?? 0) >> (place & 7)) & 1) === 1,
  );
}
