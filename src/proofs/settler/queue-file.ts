import { mkdir, realpath } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import type { DatabaseSync, SQLInputValue } from "node:sqlite";

import { ScrimshawError } from "../../errors.ts";
import { tryLock } from "../../file-lock.ts";
import type { FileLock } from "../../file-lock.ts";
import { prepareTables, QUEUE_VERSION } from "./queue-tables.ts";

/** Whose proofs a queue holds. A batch id depends on all three. */
export interface QueueOwner {
  readonly chainId: bigint;
  readonly proofRegistry: string;
  readonly settler: string;
}

export interface OpenQueueOptions {
  /** The queue's file; made when it is missing, with its folder. Others stand beside it. */
  readonly path: string;
  readonly owner: QueueOwner;
}

export type Row = Record<string, unknown>;

/** An open queue's file, held by this process alone. What was committed survives a power cut. */
export class QueueFile implements Disposable {
  readonly #database: DatabaseSync;
  readonly #lease: FileLock;

  private constructor(database: DatabaseSync, lease: FileLock) {
    this.#database = database;
    this.#lease = lease;
  }

  /** @throws ScrimshawError as `SettlerQueue.open` */
  static async open({ path: given, owner }: OpenQueueOptions): Promise<QueueFile> {
    let path = given;
    const { DatabaseSync } = await import("node:sqlite");
    let lease: FileLock | undefined;
    let database: DatabaseSync | undefined;
    try {
      await mkdir(dirname(given), { recursive: true });
      // By whatever links it is reached, one queue has one lease.
      path = await realpath(given).catch(async () => join(await realpath(dirname(given)), basename(given)));
      lease = await tryLock({ path: `${path}.lease`, kind: "exclusive" });
      if (lease === undefined) throw inUse(path);
      database = new DatabaseSync(path, { timeout: 5_000 });
      const version = prepareTables(database);
      if (version !== QUEUE_VERSION) throw unreadable(path, `one of version ${version.toString()}`);
      requireOwner(database, owner, path);
      return new QueueFile(database, lease);
    } catch (error) {
      if (database?.isOpen === true) database.close();
      lease?.release();
      const known = error instanceof ScrimshawError || !(error instanceof Error);
      throw known ? error : unreadable(path, error.message.slice(0, 200), error);
    }
  }

  /** Runs a statement that changes rows, and says how many. */
  run(sql: string, ...values: SQLInputValue[]): number {
    return Number(this.#database.prepare(sql).run(...values).changes);
  }

  get(sql: string, ...values: SQLInputValue[]): Row | undefined {
    return this.#database.prepare(sql).get(...values);
  }

  all(sql: string, ...values: SQLInputValue[]): readonly Row[] {
    return this.#database.prepare(sql).all(...values);
  }

  /** All that `work` does, or nothing of it. */
  transaction<T>(work: () => T): T {
    this.#database.exec("BEGIN IMMEDIATE");
    try {
      const result = work();
      this.#database.exec("COMMIT");
      return result;
    } catch (error) {
      if (this.#database.isTransaction) this.#database.exec("ROLLBACK");
      throw error;
    }
  }

  [Symbol.dispose](): void {
    if (this.#database.isOpen) this.#database.close();
    this.#lease.release();
  }
}

function requireOwner(database: DatabaseSync, { chainId, proofRegistry, settler }: QueueOwner, path: string): void {
  const wanted = [chainId.toString(), proofRegistry.toLowerCase(), settler.toLowerCase()];
  const row = database.prepare(`SELECT chain_id, registry, settler FROM owner`).get();
  if (row === undefined) {
    database.prepare(`INSERT INTO owner (chain_id, registry, settler) VALUES (?, ?, ?)`).run(...wanted);
    return;
  }
  const found = [row["chain_id"], row["registry"], row["settler"]].map(String);
  if (found.join() === wanted.join()) return;
  const words = ([chain, registry, account]: readonly string[]): string =>
    `account ${account ?? ""} at registry ${registry ?? ""} on chain ${chain ?? ""}`;
  throw queueError("queue-other-settler", {
    path,
    expected: `a queue of ${words(wanted)}`,
    found: `one of ${words(found)}`,
    next: "Use another file for this settler, or the account, registry and network that this one began with.",
  });
}

function inUse(path: string): ScrimshawError {
  return queueError("queue-in-use", {
    path,
    expected: "a queue that no other settler has",
    found: "one that another process has",
    next: "Stop the other settler, or give this one a queue of its own.",
  });
}

function unreadable(path: string, found: string, cause?: unknown): ScrimshawError {
  return queueError("queue-unreadable", {
    path,
    expected: `a settler's queue of version ${QUEUE_VERSION.toString()}`,
    found,
    next: "Check the path and the disk; a queue that cannot be read is not overwritten.",
    cause,
  });
}

function queueError(
  code: "queue-in-use" | "queue-other-settler" | "queue-unreadable",
  { path, expected, found, next, cause }: Record<"path" | "expected" | "found" | "next", string> & { cause?: unknown },
): ScrimshawError {
  const whole = `${expected} at ${path}`;
  return new ScrimshawError({ code: `proofs.${code}`, expected: whole, found, next, cause });
}
