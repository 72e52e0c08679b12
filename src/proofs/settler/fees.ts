import type { FeeData } from "ethers";

/** Fees of a transaction in wei per gas; without `priority` by the rules before EIP-1559. */
export interface Fees {
  /** At most so much in all. */
  readonly max: bigint;
  readonly priority: bigint | undefined;
}

/** Nodes take a replacement only if it pays a tenth more; an eighth leaves room for their rounding. */
const raised = (fee: bigint): bigint => fee + fee / 8n + 1n;
const larger = (a: bigint, b: bigint): bigint => (a > b ? a : b);

/**
 * What to offer: what the chain asks now, and enough more than before to replace the transaction that was sent with `previous`. Undefined where that
 * passes `cap`.
 */
export function chooseFees({
  current,
  previous,
  cap,
}: {
  readonly current: Pick<FeeData, "gasPrice" | "maxFeePerGas" | "maxPriorityFeePerGas">;
  readonly previous?: Fees | undefined;
  readonly cap?: bigint | undefined;
}): Fees | undefined {
  const { gasPrice, maxFeePerGas, maxPriorityFeePerGas } = current;
  const asked: Fees =
    maxFeePerGas === null
      ? { max: gasPrice ?? 0n, priority: undefined }
      : { max: maxFeePerGas, priority: maxPriorityFeePerGas ?? 0n };
  const fees: Fees =
    previous === undefined
      ? asked
      : {
          max: larger(asked.max, raised(previous.max)),
          priority: asked.priority && larger(asked.priority, raised(previous.priority ?? 0n)),
        };
  return cap !== undefined && fees.max > cap ? undefined : fees;
}

/** As a transaction names them. */
export function feeFields({ max, priority }: Fees): Record<string, bigint> {
  return priority === undefined ? { gasPrice: max } : { maxFeePerGas: max, maxPriorityFeePerGas: priority };
}
