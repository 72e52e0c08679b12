import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { mkdir } from "node:fs/promises";
import { dirname, join } from "node:path";

const MIB = 2 ** 20;

/** The folder's files and their shares: large weights in several chunks, in one, and small files that make a pack. */
const LARGE = [
  ["weights/model-00001-of-00003.bin", 0.55],
  ["weights/model-00002-of-00003.bin", 0.25],
  ["weights/model-00003-of-00003.bin", 0.12],
] as const;
const SMALL = 60;

/** Xorshift: the same bytes on every machine, and none that compress or repeat. */
function* pieces(size: number, seed: number): Generator<Uint8Array> {
  let state = seed;
  for (let left = size; left > 0; left -= MIB) {
    const words = new Uint32Array(MIB / 4);
    for (let at = 0; at < words.length; at += 1) {
      state ^= state << 13;
      state ^= state >>> 17;
      state ^= state << 5;
      words[at] = state;
    }
    yield new Uint8Array(words.buffer, 0, Math.min(MIB, left));
  }
}

async function write(path: string, size: number, seed: number): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  // On the disk before anything is measured.
  const file = createWriteStream(path, { flush: true });
  for (const piece of pieces(size, seed)) if (!file.write(piece)) await once(file, "drain");
  file.end();
  await once(file, "close");
}

/** Makes a model of mixed files with `size` bytes in all. */
export async function makeFolder(folder: string, size: number): Promise<void> {
  let left = size;
  let seed = 1;
  for (const [path, share] of LARGE) {
    const length = Math.floor(size * share);
    await write(join(folder, path), length, seed++ * 7_919);
    left -= length;
  }
  for (let index = 0; index < SMALL; index += 1) {
    const length = index === SMALL - 1 ? left : Math.floor((left / (SMALL - index)) * ((index % 3) + 1) * 0.5);
    await write(join(folder, `assets/${index % 4}/file-${index}.bin`), length, seed++ * 7_919);
    left -= length;
  }
}
