import { parentPort } from "node:worker_threads";

import { isSigned } from "./is-signed.ts";
import type { SignatureAnswer, SignatureRequest } from "./signature-threads.ts";

/** Runs in a worker thread: one question in, one answer out. */
parentPort?.on("message", ({ job, task }: SignatureRequest) => {
  parentPort?.postMessage({ job, signed: isSigned(task) } satisfies SignatureAnswer);
});
