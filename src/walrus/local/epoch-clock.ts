import { join } from "node:path";

import { z } from "zod";

import { ScrimshawError } from "../../errors.ts";
import { readIfPresent, writeFileAtomic } from "../atomic-file.ts";

const Saved = z.strictObject({
  epoch: z.int().min(1).max(0xffff_ffff),
  /** Wall clock at which that epoch began, in milliseconds. */
  startedAt: z.int().min(0),
  epochSeconds: z.number().positive().optional(),
});
type Saved = z.infer<typeof Saved>;

/**
 * The network's epoch. With `epochSeconds` it follows the wall clock, also while the network is stopped; without, it moves only by
 * `advance`. It never goes back.
 */
export class EpochClock {
  readonly #path: string;
  readonly #epochSeconds: number | undefined;
  readonly #now: () => number;
  #base: Saved;

  private constructor(path: string, base: Saved, epochSeconds: number | undefined, now: () => number) {
    this.#path = path;
    this.#base = base;
    this.#epochSeconds = epochSeconds;
    this.#now = now;
  }

  /**
   * Continues the clock kept in `directory`, or starts one at epoch 1.
   * @throws ScrimshawError `walrus.local-directory-damaged`
   */
  static async open({
    directory,
    epochSeconds,
    now = Date.now,
  }: {
    readonly directory: string;
    readonly epochSeconds?: number | undefined;
    readonly now?: (() => number) | undefined;
  }): Promise<EpochClock> {
    const path = join(directory, "epoch.json");
    let saved: Saved = { epoch: 1, startedAt: now() };
    const text = await readIfPresent(path);
    if (text !== undefined) saved = parseSaved({ path, text });
    // Time that passed under the former length counts under it.
    const before = new EpochClock(path, saved, saved.epochSeconds, now);
    const base = { epoch: before.epoch(), startedAt: before.startedAt() };
    const clock = new EpochClock(
      path,
      { ...base, ...(epochSeconds === undefined ? {} : { epochSeconds }) },
      epochSeconds,
      now,
    );
    await clock.#save();
    return clock;
  }

  epoch(): number {
    return this.#base.epoch + this.#elapsedEpochs();
  }

  /** When the current epoch began, in milliseconds of the wall clock. */
  startedAt(): number {
    return this.#base.startedAt + this.#elapsedEpochs() * (this.#epochSeconds ?? 0) * 1000;
  }

  /** Length of an epoch; undefined if epochs change only by call. */
  get epochSeconds(): number | undefined {
    return this.#epochSeconds;
  }

  /** Begins the next epoch now; durable when it returns. */
  async advance(): Promise<number> {
    this.#base = { ...this.#base, epoch: this.epoch() + 1, startedAt: this.#now() };
    await this.#save();
    return this.#base.epoch;
  }

  #elapsedEpochs(): number {
    if (this.#epochSeconds === undefined) return 0;
    return Math.max(0, Math.floor((this.#now() - this.#base.startedAt) / (this.#epochSeconds * 1000)));
  }

  async #save(): Promise<void> {
    await writeFileAtomic({ path: this.#path, data: `${JSON.stringify(this.#base)}\n` });
  }
}

function parseSaved({ path, text }: { readonly path: string; readonly text: string }): Saved {
  try {
    return Saved.parse(JSON.parse(text));
  } catch (cause) {
    throw new ScrimshawError({
      code: "walrus.local-directory-damaged",
      expected: `an epoch and its start in ${path}`,
      found: "something else",
      next: "Name another directory, or delete this one to start an empty network.",
      cause,
    });
  }
}
