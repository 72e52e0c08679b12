import type { EpochClock } from "./epoch-clock.ts";
import { STORAGE_PRICE, WRITE_PRICE } from "./store-answer.ts";

/** What `/status` tells. */
export function networkStatus({
  clock,
  nShards,
  notice,
}: {
  readonly clock: EpochClock;
  readonly nShards: number;
  readonly notice: string | undefined;
}): unknown {
  return {
    status: "OK",
    network: "local",
    epoch: clock.epoch(),
    nShards,
    epochStartedAt: clock.startedAt(),
    epochSeconds: clock.epochSeconds ?? null,
    prices: { storage: STORAGE_PRICE, write: WRITE_PRICE },
    ...(notice === undefined ? {} : { notice }),
  };
}
