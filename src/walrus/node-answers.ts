import { setImmediate } from "node:timers/promises";

import { isScrimshawError } from "../errors.ts";
import { askConfirmation, type AskConfirmationOptions, forgedConfirmation } from "./ask-confirmation.ts";
import type { BlobId } from "./blob-id.ts";
import { type BlsMessage, type BlsPublicKey, type BlsSignature, blsVerify, sumMessages, sumSignatures } from "./bls.ts";
import type { CommitteeMember } from "./committee.ts";

/** What a node says that is there, if not what was hoped for. */
const ANSWERS: readonly string[] = [
  "walrus.node-refused",
  "walrus.node-failed",
  "walrus.node-answer-invalid",
  "walrus.confirmation-invalid",
];

/** Time has passed since it was looked at. */
const isStopped = (signal: AbortSignal): boolean => signal.aborted;

/** A blob that nodes are asked about, and what went wrong so far. */
export interface AskedBlob {
  readonly blobId: BlobId;
  readonly message: Uint8Array;
  /** The message as a point. */
  readonly point: BlsMessage;
  readonly failures: unknown[];
  /** Weight of the nodes that did not sign. */
  refused: number;
}

export interface AskNodeOptions extends Pick<AskConfirmationOptions, "persistence" | "fetch" | "limits" | "signal"> {
  readonly blobs: readonly AskedBlob[];
  /** Whether nobody needs to be asked about a blob any more. */
  readonly isHopeless: (blob: AskedBlob) => boolean;
}

/** What one storage node signed. */
export class NodeAnswers {
  readonly place: number;
  readonly signatures = new Map<AskedBlob, BlsSignature>();
  readonly #member: CommitteeMember;
  readonly #publicKey: BlsPublicKey;

  constructor({
    place,
    member,
    publicKey,
  }: {
    readonly place: number;
    readonly member: CommitteeMember;
    readonly publicKey: BlsPublicKey;
  }) {
    this.place = place;
    this.#member = member;
    this.#publicKey = publicKey;
  }

  /**
   * Asks about one blob after the other, and checks the sum of what was signed. A node that does not answer is not asked about the
   * rest. Never rejects; after an abort nothing counts.
   */
  async ask({ blobs, isHopeless, signal, ...options }: AskNodeOptions): Promise<void> {
    for (const [place, blob] of blobs.entries()) {
      if (signal.aborted) return;
      if (isHopeless(blob)) continue;
      try {
        const { blobId, message } = blob;
        const signature = await askConfirmation({ ...options, signal, member: this.#member, blobId, message });
        this.signatures.set(blob, signature);
      } catch (error) {
        if (isStopped(signal)) return;
        const isAnswer = isScrimshawError(error) && ANSWERS.includes(error.code);
        for (const refused of isAnswer ? [blob] : blobs.slice(place)) this.#refuse(refused, error);
        if (!isAnswer) break;
      }
    }
    // Checking takes long enough for other answers, and an abort, to be let in between.
    await setImmediate();
    if (!signal.aborted && !this.#isSumRight()) this.checkEach();
  }

  /** Drops the signatures that are not this node's. */
  checkEach(): void {
    for (const [blob, signature] of this.signatures) {
      if (blsVerify({ message: blob.point, signature, publicKey: this.#publicKey })) continue;
      this.signatures.delete(blob);
      this.#refuse(blob, forgedConfirmation(this.#member));
    }
  }

  /** One look instead of one for each: what is wrong in it is found when certificates are put together. */
  #isSumRight(): boolean {
    if (this.signatures.size === 0) return true;
    const signature = sumSignatures([...this.signatures.values()]);
    const message = sumMessages([...this.signatures.keys()].map(({ point }) => point));
    try {
      return blsVerify({ message, signature, publicKey: this.#publicKey });
    } catch {
      // The sum of forged ones may be the point at infinity.
      return false;
    }
  }

  #refuse(blob: AskedBlob, error: unknown): void {
    blob.failures.push(error);
    blob.refused += this.#member.weight;
  }
}
