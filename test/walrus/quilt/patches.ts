import type { Patch } from "../../../src/walrus/quilt/patch.ts";

export const N_SHARDS = 10;

/** The bytes of the vectors: byte i is (i + seed) mod 256. */
export function seeded({ size, seed }: { readonly size: number; readonly seed: number }): Uint8Array {
  return Uint8Array.from({ length: size }, (_, i) => (i + seed) % 256);
}

export function patch(identifier: string, size: number, tags: Readonly<Record<string, string>> = {}): Patch {
  return { identifier, bytes: seeded({ size, seed: identifier.length }), tags };
}
