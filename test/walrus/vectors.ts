import { readFileSync } from "node:fs";

/** Reads a file of `test/vectors/walrus`. */
export function readVectors<T>(name: string): T {
  return JSON.parse(readFileSync(new URL(`../vectors/walrus/${name}`, import.meta.url), "utf8")) as T;
}
