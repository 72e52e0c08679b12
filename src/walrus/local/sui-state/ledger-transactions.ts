import { createHash } from "node:crypto";

import { TransactionDataBuilder } from "@mysten/sui/transactions";

import { isScrimshawError } from "../../../errors.ts";
import { base58 } from "../base58.ts";
import { blobMoveObject } from "./blob-move-object.ts";
import type { LocalSystem } from "./local-system.ts";
import { MoveAbort } from "./move-abort.ts";
import type { LedgerAction } from "./move-functions.ts";
import { type Payment, type ProgramOutcome, runProgram } from "./run-program.ts";
import { abortStatus, type Created, type Executed } from "./transaction-results.ts";

/** A transaction that was carried out. */
export interface LocalTransaction extends Executed {
  readonly sender: string;
  readonly bytes: Uint8Array;
  readonly payments: readonly Payment[];
  /** What it did to the ledger; nothing if it aborted. */
  readonly functions: readonly LedgerAction["kind"][];
}

function abortMessage(error: unknown): string {
  if (error instanceof MoveAbort) return error.message;
  if (isScrimshawError(error)) return `${error.code}: ${error.found} where ${error.expected} is wanted`;
  throw error;
}

/** Carries transactions out on a ledger: each once, by its digest, as Sui does. */
export class LedgerTransactions {
  readonly #system: LocalSystem;
  readonly #done = new Map<string, LocalTransaction>();
  #turn: Promise<unknown> = Promise.resolve();

  constructor(system: LocalSystem) {
    this.#system = system;
  }

  get done(): readonly LocalTransaction[] {
    return [...this.#done.values()];
  }

  find(digest: string): LocalTransaction | undefined {
    return this.#done.get(digest);
  }

  /** What would become of a transaction. */
  simulate(bytes: Uint8Array): Executed {
    const data = TransactionDataBuilder.fromBytes(bytes);
    const known = { digest: TransactionDataBuilder.getDigestFromBytes(bytes), signatures: [], created: [] };
    const { epoch } = this.#system.committee();
    try {
      this.#run(data);
      return { ...known, epoch, status: { success: true, error: null } };
    } catch (error) {
      return { ...known, epoch, status: abortStatus(abortMessage(error)) };
    }
  }

  /** Transactions take turns. One that aborts changes nothing, and its digest is used up. */
  execute(request: {
    readonly bytes: Uint8Array;
    readonly data: TransactionDataBuilder;
    readonly sender: string;
    readonly signatures: readonly string[];
  }): Promise<LocalTransaction> {
    const turn = this.#turn.then(() => this.#execute(request));
    this.#turn = turn.catch(() => undefined);
    return turn;
  }

  async #execute({
    bytes,
    data,
    sender,
    signatures,
  }: Parameters<LedgerTransactions["execute"]>[0]): Promise<LocalTransaction> {
    const digest = TransactionDataBuilder.getDigestFromBytes(bytes);
    const before = this.#done.get(digest);
    if (before !== undefined) return before;
    const { epoch } = this.#system.committee();
    const known = { digest, signatures, sender, bytes, epoch };
    let done: LocalTransaction;
    try {
      const { actions, payments } = this.#run(data);
      this.#checkOwner({ actions, sender });
      const created: Created[] = [];
      for (const action of actions) created.push(...(await this.#act(action)));
      const functions = actions.map(({ kind }) => kind);
      done = { ...known, payments, created, functions, status: { success: true, error: null } };
    } catch (error) {
      done = { ...known, payments: [], created: [], functions: [], status: abortStatus(abortMessage(error)) };
    }
    this.#done.set(digest, done);
    return done;
  }

  #run(data: TransactionDataBuilder): ProgramOutcome {
    const { ledger } = this.#system;
    return runProgram({
      data,
      nShards: this.#system.committee().nShards,
      storageSizeOf: (objectId) => BigInt(ledger.object(objectId)?.storage.size ?? 0),
    });
  }

  /** The ledger knows owners, but leaves it to this to see that they signed. */
  #checkOwner({ actions, sender }: { readonly actions: readonly LedgerAction[]; readonly sender: string }): void {
    // The ledger changes one object at a time: two changes could end half done.
    if (actions.length > 1) throw new MoveAbort("the local network changes one blob a transaction");
    for (const action of actions) {
      if (action.kind === "register") continue;
      const owner = this.#system.ledger.object(action.objectId)?.owner;
      if (owner !== sender) throw new MoveAbort(`object ${action.objectId} is not the sender's`);
    }
  }

  async #act(action: LedgerAction): Promise<readonly Created[]> {
    const { ledger } = this.#system;
    if (action.kind === "certify") await ledger.certify(action);
    else if (action.kind === "extend") await ledger.extend(action);
    else if (action.kind === "delete") await ledger.delete(action.objectId);
    else {
      const { blobId, rootHash, size, epochs, deletable, owner } = action.blob;
      const object = await ledger.register({ blobId, rootHash, size, epochs, deletable, owner });
      const digest = base58(createHash("sha256").update(blobMoveObject(object).content).digest());
      return [{ objectId: object.objectId, digest, owner: { $kind: "AddressOwner", AddressOwner: owner ?? "" } }];
    }
    return [];
  }
}
