import { checkBlobId } from "./check-bytes.ts";
import type { BlobIdQuestion } from "./check-bytes.ts";
import type { Audit } from "./context.ts";
import { CheckList } from "./report.ts";

/** Questions that nobody waits for yet, and the bytes that they hold. */
const MAX_OPEN = 8;
const MAX_OPEN_BYTES = 1 << 27;

interface Open {
  readonly size: number;
  readonly answered: Promise<CheckList>;
}

/**
 * Blob IDs to compute again: each takes a core for a second or more, and nothing else of an audit depends on it. So they are computed
 * beside it, and their answers come when they are there, at the latest with `finish`.
 */
export class BlobIdChecks {
  readonly #audit: Audit;
  readonly #open: Open[] = [];

  constructor(audit: Audit) {
    this.#audit = audit;
  }

  /** Begins a question; waits for earlier ones where they are many or hold many bytes. */
  async add(question: BlobIdQuestion): Promise<void> {
    const size = question.bytes.length;
    while (this.#open.length > 0 && this.#isFull(size)) await this.#next();
    const list = new CheckList();
    const answered = checkBlobId({ ...this.#audit, list }, question).then(() => list);
    // An audit that ends by an error waits for none of them.
    answered.catch(() => undefined);
    this.#open.push({ size, answered });
  }

  /** Waits for all answers. */
  async finish(): Promise<void> {
    while (this.#open.length > 0) await this.#next();
  }

  #isFull(size: number): boolean {
    return this.#open.length >= MAX_OPEN || this.#open.reduce((sum, one) => sum + one.size, size) > MAX_OPEN_BYTES;
  }

  async #next(): Promise<void> {
    const answers = await this.#open.shift()?.answered;
    if (answers !== undefined) this.#audit.list.take(answers);
  }
}
