import { setTimeout as sleep } from "node:timers/promises";

import { requireBatchPart } from "../batch-part.ts";
import type { BundlePart } from "../batch-part.ts";
import { checkEvidence } from "../check-evidence.ts";
import { requireOwnVanilla } from "../check-seals.ts";
import { proofIdOf } from "../proof.ts";
import type { Hex } from "../statement.ts";
import { advanceBatch } from "./advance-batch.ts";
import { formBatch, isDue } from "./form-batch.ts";
import { Intake } from "./intake.ts";
import { newestBlock } from "./newest-block.ts";
import type { NewestBlock } from "./newest-block.ts";
import type { ProofState } from "./queue.ts";
import { Retries } from "./retries.ts";
import { settlerContext } from "./settler-options.ts";
import type { SettlerContext, SettlerOptions } from "./settler-options.ts";
import { SettlerStatistics } from "./settler-statistics.ts";
import type { SettlerStatus } from "./settler-statistics.ts";

/** A proof that was taken in. */
export interface AcceptedProof {
  readonly proofId: Hex;
  readonly state: ProofState;
}

/**
 * Settles proofs by the batch. A proof that it accepted is in its queue, and is settled once, whatever happens to the process, the store or the
 * chain: bundles are stored before roots are settled, entries closed after that, and each step looks first at what is there.
 */
export class Settler {
  readonly #context: SettlerContext;
  readonly #intake: Intake;
  readonly #statistics: SettlerStatistics;
  readonly #retries: Retries;
  readonly #seen = new Map<number, string>();

  constructor(options: SettlerOptions) {
    const context = settlerContext(options);
    this.#statistics = new SettlerStatistics(context);
    this.#context = {
      ...context,
      onEvent: (event) => {
        this.#statistics.count(event);
        context.onEvent(event);
      },
    };
    this.#intake = new Intake(this.#context);
    this.#retries = new Retries(this.#context);
  }

  /**
   * Takes a proof in. When this resolves it is on disk. One that is known already is not taken twice: `state` says how far it is. One
   * that was refused is tried again.
   * @throws ScrimshawError `proofs.bundle-part-invalid`, `proofs.evidence-mismatch`, `proofs.other-submitter`, `proofs.queue-full`
   */
  async accept(part: BundlePart): Promise<AcceptedProof> {
    const { queue, settler } = this.#context;
    requireBatchPart(part);
    checkEvidence(part);
    requireOwnVanilla(part, settler);
    const proofId = proofIdOf(part.proof);
    const known = queue.find(proofId);
    if (known === undefined || known.state === "refused") await this.#intake.take(part);
    return { proofId, state: queue.find(proofId) ?? { state: "queued" } };
  }

  /** What became of a proof; undefined if it was never accepted here. */
  find(proofId: Hex): ProofState | undefined {
    return this.#context.queue.find(proofId);
  }

  status(): SettlerStatus {
    return { healthy: this.#retries.lastFailure === undefined, ...this.#statistics.status() };
  }

  /**
   * Does once what there is to do: forms a batch if one is due (or `flush`), and takes each batch a step further. What fails is told by an event
   * and tried again later.
   * @returns whether anything changed
   */
  async step({
    flush = false,
    signal,
  }: { readonly flush?: boolean; readonly signal?: AbortSignal } = {}): Promise<boolean> {
    const { queue, rules, now } = this.#context;
    const waiting = queue.open();
    let changed = false;
    if (waiting.count > 0 && (flush || isDue(waiting, rules, now()))) {
      changed = await this.#retries.attempt("form", signal, () => formBatch(this.#context, signal));
    }
    let asked: Promise<NewestBlock> | undefined;
    const newest = (): Promise<NewestBlock> => (asked ??= newestBlock(this.#context));
    for (const batch of queue.underWay()) {
      const options = { batch, newest, seen: this.#seen, signal };
      const work = (): Promise<boolean> => advanceBatch(this.#context, options);
      changed = (await this.#retries.attempt(batch.id, signal, work)) || changed;
    }
    return changed;
  }

  /** Works until `signal`; then what is under way is left to the next run. */
  async run({ signal }: { readonly signal: AbortSignal }): Promise<void> {
    try {
      for (;;) {
        signal.throwIfAborted();
        if (!(await this.step({ signal }))) await sleep(this.#context.pollMs, undefined, { signal });
      }
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  }

  /**
   * Settles all that waits, without awaiting that it is final.
   * @throws ScrimshawError the first failure
   */
  async drain({ signal }: { readonly signal?: AbortSignal } = {}): Promise<void> {
    const { queue, pollMs } = this.#context;
    const isLeft = (): boolean => queue.open().count > 0 || queue.underWay().some(({ state }) => state !== "settled");
    while (isLeft()) {
      signal?.throwIfAborted();
      const changed = await this.step({ flush: true, ...(signal && { signal }) });
      const failure = this.#retries.lastFailure;
      if (failure !== undefined) throw failure;
      if (!changed) await sleep(pollMs, undefined, signal && { signal });
    }
  }
}
