import { Result } from "ethers";

/** A struct as a contract returned it, as a plain object all the way down. */
export function plain(struct: unknown): Record<string, unknown> {
  if (!(struct instanceof Result)) throw new Error("this is no struct from a contract");
  return struct.toObject(true);
}
