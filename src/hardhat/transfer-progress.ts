import { describePublish, describePull, describeVerify } from "../models/describe-progress.ts";
import { Pace } from "../models/pace.ts";
import type { PublishProgress } from "../models/publish.ts";
import type { PullProgress } from "../models/pull.ts";
import type { VerifyProgress } from "../models/verify/verify-model.ts";

/** Bytes that move are told of once in so many milliseconds: on a terminal, and where each time is a line of a log. */
const TERMINAL_MS = 200;
const LOG_MS = 10_000;

export interface TransferProgressOptions {
  readonly progress: (line: string) => void;
  readonly terminal: boolean;
  readonly now?: () => number;
}

/** Passes on lines about bytes that move, with rate and time left, but not all of them. */
function moving({ progress, terminal, now = () => performance.now() }: TransferProgressOptions) {
  const pause = terminal ? TERMINAL_MS : LOG_MS;
  let last = -Infinity;
  return (line: () => string, pace: string | undefined): void => {
    if (now() - last < pause) return;
    last = now();
    progress(pace === undefined ? line() : `${line()}, ${pace}`);
  };
}

/** Progress of a publish as lines: what happened at once, and how far bytes have come now and then. */
export function publishProgress(options: TransferProgressOptions): (event: PublishProgress) => void {
  const tell = moving(options);
  const paces = { hash: new Pace(options.now), store: new Pace(options.now) };
  return (event) => {
    const line = (): string => describePublish(event);
    // A pace is asked each time, so that it knows when things happened.
    if (event.kind === "hash") tell(line, paces.hash.after(event));
    else if (event.kind === "store") tell(line, paces.store.after({ ...event, done: event.stored, begun: event.sent }));
    else options.progress(line());
  };
}

/** The same of a pull. */
export function pullProgress(options: TransferProgressOptions): (event: PullProgress) => void {
  const tell = moving(options);
  const pace = new Pace(options.now);
  return (event) => {
    const line = (): string => describePull(event);
    const isLast = event.kind === "download" && event.received === event.total;
    if (event.kind !== "download" || isLast) options.progress(line());
    else tell(line, pace.after({ done: event.received, total: event.total }));
  };
}

/** The same of a verification. */
export function verifyProgress(options: TransferProgressOptions): (event: VerifyProgress) => void {
  const tell = moving(options);
  const paces = { fetch: new Pace(options.now), hash: new Pace(options.now) };
  return (event) => tell(() => describeVerify(event), paces[event.kind].after(event));
}
