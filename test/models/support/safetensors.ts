const BITS: Readonly<Record<string, number>> = {
  F4: 4,
  BOOL: 8,
  U8: 8,
  F8_E4M3: 8,
  BF16: 16,
  F32: 32,
  I64: 64,
  C64: 64,
};

export type Tensors = Readonly<Record<string, { readonly dtype: string; readonly shape: readonly number[] }>>;

/** A safetensors file whose tensors are zeros, as its library would write it. */
export function safetensors(tensors: Tensors): Uint8Array {
  let end = 0;
  const header = Object.fromEntries(
    Object.entries(tensors).map(([name, { dtype, shape }]) => {
      const begin = end;
      end += (shape.reduce((product, size) => product * size, 1) * (BITS[dtype] ?? NaN)) / 8;
      return [name, { dtype, shape, data_offsets: [begin, end] }];
    }),
  );
  const text = Buffer.from(JSON.stringify(header));
  const padded = Buffer.concat([text, Buffer.alloc((8 - (text.length % 8)) % 8, " ")]);
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(padded.length));
  return Buffer.concat([length, padded, Buffer.alloc(end)]);
}
