import { createHash } from "node:crypto";

function idOf(what: string): `0x${string}` {
  return `0x${createHash("sha256").update(`scrimshaw local walrus: ${what}`).digest("hex")}`;
}

/** Where a local network's objects are: the same on every local network, and nowhere on a real Sui. */
export const LOCAL_PACKAGE = {
  packageId: idOf("package"),
  walPackageId: idOf("wal"),
  systemObjectId: idOf("system object"),
  stakingPoolId: idOf("staking object"),
} as const;

export const LOCAL_WAL_TYPE = `${LOCAL_PACKAGE.walPackageId}::wal::WAL`;

/** FROST per MiB of encoded size: a lease per epoch, and a write once. The publisher's sample in Walrus's documents was made at these. */
export const LOCAL_PRICES = { storage: 100n, write: 2000n } as const;

/** An id derived from this one, for what no client looks up. */
export function partId(owner: string, part: string): `0x${string}` {
  return idOf(`${part} of ${owner}`);
}
