import { mkdir } from "node:fs/promises";
import { dirname } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

const PAUSE_MS = 25;
/** SQLite's SQLITE_BUSY. */
const BUSY = 5;

/** Held until it is released, or until its process ends, however it ends. */
export interface FileLock extends Disposable {
  readonly release: () => void;
}

export interface LockOptions {
  /** A file for this lock alone; made when it is missing, and left. */
  readonly path: string;
  /** `shared` is held by many at a time, but not while another holds it `exclusive`. */
  readonly kind: "shared" | "exclusive";
  readonly signal?: AbortSignal | undefined;
}

/**
 * A lock among processes and within this one, or undefined while others are in the way. SQLite's locks on its files are what Node
 * offers for this: the system takes them back from a process that was killed, so no lock is ever stale.
 */
export async function tryLock({ path, kind }: LockOptions): Promise<FileLock | undefined> {
  const { DatabaseSync } = await import("node:sqlite");
  await mkdir(dirname(path), { recursive: true });
  let database: InstanceType<typeof DatabaseSync>;
  try {
    database = new DatabaseSync(path, { timeout: 0 });
  } catch (cause) {
    // SQLite does not say why.
    throw Object.assign(new Error("cannot open a lock", { cause }), { code: "EACCES", syscall: "open", path });
  }
  try {
    database.exec(kind === "exclusive" ? "BEGIN EXCLUSIVE" : "BEGIN; SELECT count(*) FROM sqlite_master");
  } catch (error) {
    database.close();
    if (error instanceof Error && "errcode" in error && error.errcode === BUSY) return undefined;
    throw error;
  }
  const release = (): void => {
    if (database.isOpen) database.close();
  };
  return { release, [Symbol.dispose]: release };
}

/** The same, waiting for as long as it takes. */
export async function lock(options: LockOptions): Promise<FileLock> {
  for (;;) {
    options.signal?.throwIfAborted();
    const held = await tryLock(options);
    if (held) return held;
    await sleep(PAUSE_MS, undefined, options.signal && { signal: options.signal });
  }
}
