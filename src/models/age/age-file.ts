import type { ManifestBlob } from "../manifest.ts";

// https://github.com/C2SP/C2SP/blob/main/age.md: after the header a nonce, then chunks of 64 KiB, each with a tag.
const NONCE = 16;
const CHUNK = 64 * 1024;
const TAG = 16;

/** Bytes of an age file after its header. */
export function payloadSize(plaintextSize: number): number {
  return NONCE + plaintextSize + TAG * Math.max(1, Math.ceil(plaintextSize / CHUNK));
}

/** A blob that is an age file, with what the manifest says of it. */
export type EncryptedBlob = ManifestBlob & { readonly age: NonNullable<ManifestBlob["age"]> };

/** Bytes of the header of a blob that is an age file; what is left when the sizes are believed. */
export function headerSizeOf({ size, age }: EncryptedBlob): number {
  return size - payloadSize(age.size);
}
