import { ScrimshawError } from "../errors.ts";

/** Walrus sells storage for at most this many epochs ahead, on mainnet and testnet. */
export const MAX_EPOCHS_AHEAD = 53;

/**
 * Checks for how many epochs is to be paid.
 * @throws ScrimshawError `walrus.epochs-invalid`
 */
export function checkEpochs(epochs: number): void {
  if (Number.isInteger(epochs) && epochs >= 1 && epochs <= MAX_EPOCHS_AHEAD) return;
  throw new ScrimshawError({
    code: "walrus.epochs-invalid",
    expected: `a whole number of epochs from 1 to ${MAX_EPOCHS_AHEAD}`,
    found: String(epochs),
    next: "Pay for fewer now and extend the blob later; an epoch takes 14 days on mainnet and one day on testnet.",
  });
}
