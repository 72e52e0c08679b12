import { createHash, type Hash } from "node:crypto";
import { parentPort } from "node:worker_threads";

import type { HashAnswer, HashRequest } from "./hash-job.ts";

/** Runs in a worker thread: one running hash for each job. */

const hashes = new Map<number, Hash>();

parentPort?.on("message", ({ job, pieces, end }: HashRequest) => {
  const hash = hashes.get(job) ?? createHash("sha256");
  for (const piece of pieces) hash.update(piece);
  if (end) hashes.delete(job);
  else hashes.set(job, hash);
  const answer: HashAnswer = { job, pieces, digest: end ? `0x${hash.digest("hex")}` : undefined };
  parentPort?.postMessage(
    answer,
    pieces.map(({ buffer }) => buffer),
  );
});
