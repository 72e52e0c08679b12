import type { Provider } from "ethers";
import { callChain } from "../chain/revert.ts";
import { ScrimshawError } from "../errors.ts";

/** A base fee rises by an eighth a block at most; a dozen blocks make four times. */
const MOST_RISE = 4n;
/** In wei: what is next to nothing may rise further. */
const NEXT_TO_NOTHING = 1_000_000n;

/** What a transaction's sender signs about its price. */
export interface SignedFee {
  readonly gasPrice?: bigint;
  readonly maxFeePerGas?: bigint;
  readonly maxPriorityFeePerGas?: bigint;
}

const least = (a: bigint, b: bigint): bigint => (a < b ? a : b);

/**
 * The price to sign, at most four times the one that was shown: a node that shows one price cannot have another one signed. Nothing where no
 * price was shown.
 * @throws ScrimshawError `deployment.fee-rose`, `chain.unreachable`
 */
export async function boundedFee(provider: Provider, shown: bigint | undefined): Promise<SignedFee> {
  if (shown === undefined) return {};
  const highest = shown * MOST_RISE + NEXT_TO_NOTHING;
  const fees = await callChain({ what: "read the fee", call: () => provider.getFeeData() });
  const asked = fees.gasPrice ?? fees.maxFeePerGas ?? 0n;
  if (asked > highest) {
    throw new ScrimshawError({
      code: "deployment.fee-rose",
      expected: `a price of at most ${highest.toString()} wei, four times the ${shown.toString()} that were shown`,
      found: `${asked.toString()} wei`,
      next: "Run the command again to see what it costs now; what was created already is found.",
    });
  }
  if (fees.maxFeePerGas === null || fees.maxPriorityFeePerGas === null) return { gasPrice: asked };
  return {
    maxFeePerGas: least(fees.maxFeePerGas, highest),
    maxPriorityFeePerGas: least(fees.maxPriorityFeePerGas, highest),
  };
}
