import type { DatabaseSync } from "node:sqlite";

/** Written as the file's `user_version`; another one is refused. */
export const QUEUE_VERSION = 1;

/**
 * A proof is open while its `batch` is null. Its bytes are let go of once its batch is final; the row stays, so that nobody settles
 * it again. Times in milliseconds since 1970.
 */
const TABLES = `
CREATE TABLE owner (
  chain_id TEXT NOT NULL,
  registry TEXT NOT NULL,
  settler TEXT NOT NULL
) STRICT;
CREATE TABLE batches (
  id INTEGER PRIMARY KEY,
  state TEXT NOT NULL CHECK (state IN ('formed', 'stored', 'sent', 'settled', 'final')),
  formed_at INTEGER NOT NULL,
  count INTEGER NOT NULL,
  batch_id TEXT,
  root TEXT,
  blob_id TEXT,
  content_hash TEXT,
  size INTEGER,
  nonce INTEGER,
  gas_limit TEXT,
  max_fee TEXT,
  priority_fee TEXT,
  sent_at INTEGER,
  hashes TEXT NOT NULL DEFAULT '[]',
  block INTEGER,
  gas_used TEXT
) STRICT;
CREATE TABLE proofs (
  proof_id TEXT PRIMARY KEY,
  proof TEXT,
  seal BLOB,
  evidence BLOB,
  bytes INTEGER NOT NULL,
  accepted_at INTEGER NOT NULL,
  batch INTEGER REFERENCES batches (id),
  refused TEXT
) STRICT;
CREATE INDEX proofs_open ON proofs (accepted_at, proof_id, bytes) WHERE batch IS NULL AND refused IS NULL;
CREATE INDEX proofs_of_batch ON proofs (batch) WHERE batch IS NOT NULL;
CREATE INDEX batches_under_way ON batches (id) WHERE state <> 'final';
`;

/**
 * Makes the tables of an empty file. What was committed survives a power cut: each commit waits for the disk.
 * @returns the version that the file has
 */
export function prepareTables(database: DatabaseSync): number {
  database.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON");
  const version = (): number => Number(database.prepare("PRAGMA user_version").get()?.["user_version"]);
  if (version() !== 0) return version();
  database.exec(`BEGIN IMMEDIATE; ${TABLES} PRAGMA user_version = ${QUEUE_VERSION.toString()}; COMMIT`);
  return version();
}
