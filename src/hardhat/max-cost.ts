import { ScrimshawError } from "../errors.ts";
import { formatWal } from "../walrus/storage-cost.ts";

const DECIMALS = 9;

/**
 * FROST from WAL as people write it: `5`, `0.25`.
 * @throws ScrimshawError `walrus.amount-invalid`
 */
export function parseWal(text: string): bigint {
  const [, whole, fraction = ""] = /^([0-9]{1,10})(?:\.([0-9]{1,9}))?(?: ?WAL)?$/i.exec(text.trim()) ?? [];
  if (whole !== undefined) return BigInt(whole + fraction.padEnd(DECIMALS, "0"));
  throw new ScrimshawError({
    code: "walrus.amount-invalid",
    expected: "an amount of WAL, as 5 or 0.25",
    found: JSON.stringify(text.slice(0, 80)),
    next: "Correct the amount.",
  });
}

/**
 * Makes sure that what is going to be paid at most is no more than was allowed.
 * @throws ScrimshawError `walrus.too-dear`
 */
export function requireCheap({ cost, most }: { readonly cost: bigint | undefined; readonly most: bigint }): void {
  if (cost !== undefined && cost <= most) return;
  throw new ScrimshawError({
    code: "walrus.too-dear",
    expected: `a cost of at most ${formatWal(most)}`,
    found: cost === undefined ? "prices that are not known" : `up to ${formatWal(cost)}`,
    next:
      cost === undefined
        ? "Set walrus.prices in hardhat.config.ts."
        : "Allow more with --max-cost, or renew for fewer epochs.",
  });
}
