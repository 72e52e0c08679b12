import { formatBytes } from "./describe-progress.ts";

const MINUTE = 60;
const HOUR = 3_600;
/** Where less than this part of what was begun is done, what is done is the small things, which say nothing of the large. */
const TELLING = 0.01;
/** Before, a rate says more about buffers than about the way. */
const SOONEST = 2;

/** A length of time for people: `45 s`, `12 min`, `3 h 5 min`. */
export function formatDuration(seconds: number): string {
  const whole = Math.ceil(seconds);
  if (whole < 2 * MINUTE) return `${String(whole)} s`;
  const minutes = Math.ceil(whole / MINUTE);
  if (whole < 2 * HOUR) return `${String(minutes)} min`;
  return `${String(Math.floor(minutes / MINUTE))} h ${String(minutes % MINUTE)} min`;
}

export interface Advance {
  /** Bytes that are done for good. They decide about the rate once there are some. */
  readonly done: number;
  /** Bytes that are on their way. */
  readonly begun?: number;
  readonly total: number;
}

/** Rate and time left of work that moves bytes. */
export class Pace {
  readonly #now: () => number;
  #startedAt: number | undefined;
  #done = 0;
  #doneAt = 0;

  /** @param now milliseconds */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  /** `24.1 MiB/s, 2 min left`; undefined as long as that would be a guess. */
  after({ done, begun = 0, total }: Advance): string | undefined {
    const now = this.#now() / 1000;
    this.#startedAt ??= now;
    if (done !== this.#done) {
      this.#done = done;
      this.#doneAt = now;
    }
    // Large pieces are done at once, so a rate is known when one is: what was begun since says nothing of it.
    if (done > 0 && done < begun * TELLING) return undefined;
    const [bytes, until] = done > 0 ? [done, this.#doneAt] : [begun, now];
    const seconds = until - this.#startedAt;
    if (seconds < SOONEST || bytes === 0) return undefined;
    const rate = bytes / seconds;
    const left = Math.max((total - bytes) / rate - (now - until), 0);
    return `${formatBytes(Math.round(rate))}/s, ${formatDuration(left)} left`;
  }
}
