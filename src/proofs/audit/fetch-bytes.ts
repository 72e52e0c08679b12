import { blobIdFromHex } from "../../walrus/blob-id.ts";
import { getOrWrong } from "../../walrus/get-or-wrong.ts";
import type { MarkedBytes } from "../../walrus/get-or-wrong.ts";
import type { Hex } from "../statement.ts";
import type { Audit } from "./context.ts";

/** More is not held in memory for an audit: sizes on chain are claims. */
const MAX_BYTES = 1n << 30n;

/**
 * The bytes of a blob, right or wrong: see `getOrWrong`.
 * @returns undefined after adding a check `not-checked` where no bytes can be had
 */
export async function fetchBytes(
  { store, signal }: Audit,
  blob: {
    readonly blobId: Hex;
    readonly contentHash: Hex;
    readonly size: bigint;
  },
  unavailable: (reason: string) => void,
): Promise<MarkedBytes | undefined> {
  const { contentHash, size } = blob;
  if (size > MAX_BYTES) {
    unavailable(`the chain claims ${size} bytes, and an audit holds at most ${MAX_BYTES}`);
    return undefined;
  }
  const reference = { blobId: blobIdFromHex(blob.blobId), contentHash, size: Number(size) };
  const got = await getOrWrong({ store, blob: reference, signal });
  if (typeof got !== "string") return got;
  unavailable(got);
  return undefined;
}
