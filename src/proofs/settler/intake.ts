import { isScrimshawError, ScrimshawError } from "../../errors.ts";
import type { BundlePart } from "../batch-part.ts";
import type { SettlerContext } from "./settler-options.ts";

interface Pending {
  readonly part: BundlePart;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/** Brings proofs into the queue: those that come together share a commit, for each commit waits for the disk. */
export class Intake {
  readonly #context: SettlerContext;
  #pending: Pending[] = [];

  constructor(context: SettlerContext) {
    this.#context = context;
  }

  /** Resolves once the proof is on disk. */
  take(part: BundlePart): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#pending.push({ part, resolve, reject });
      if (this.#pending.length === 1) {
        setImmediate(() => {
          this.#commit();
        });
      }
    });
  }

  #commit(): void {
    const pending = this.#pending;
    this.#pending = [];
    const { queue, now, onEvent } = this.#context;
    try {
      const waiting = queue.open();
      this.#requireRoom(waiting.bytes + queue.unsettledBytes());
      const count = queue.accept(
        pending.map(({ part }) => part),
        now(),
      );
      onEvent({ kind: "accepted", count, waiting: waiting.count + count });
      for (const { resolve } of pending) resolve();
    } catch (error) {
      for (const { reject } of pending) reject(isScrimshawError(error) ? error : queueFailed(error));
    }
  }

  #requireRoom(bytes: number): void {
    const { maxWaitingBytes } = this.#context;
    if (bytes <= maxWaitingBytes) return;
    throw new ScrimshawError({
      code: "proofs.queue-full",
      expected: `at most ${maxWaitingBytes.toString()} bytes of proofs that wait to be settled`,
      found: `${bytes.toString()} bytes`,
      next: "Hand the proof in again later; look at the settler's health for why the others wait.",
    });
  }
}

/** A full disk, most likely. What waits is not lost; nothing new was taken. */
function queueFailed(cause: unknown): ScrimshawError {
  return new ScrimshawError({
    code: "proofs.queue-failed",
    expected: "to write the proof to the settler's queue",
    found: cause instanceof Error ? cause.message.slice(0, 200) : "a failure",
    next: "Make room on the settler's disk, then hand the proof in again.",
    cause,
  });
}
