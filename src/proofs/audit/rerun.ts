import { isScrimshawError } from "../../errors.ts";
import type { Manifest } from "../../models/manifest.ts";
import type { EvidenceContent } from "../evidence-bytes.ts";
import { onlyGraph } from "../runtime/only-graph.ts";
import type { Hex, Statement } from "../statement.ts";
import { hashTensors } from "../tensors.ts";
import type { Audit } from "./context.ts";
import type { CheckList } from "./report.ts";
import { SessionCache } from "./session-cache.ts";

export interface RerunSubject {
  readonly statement: Statement;
  readonly proofId: Hex;
  readonly manifest: Manifest | undefined;
  readonly content: EvidenceContent | string;
}

/** How often a model may take too long before it is not run any more: a batch may hold thousands of proofs of one that never ends. */
const MAX_TIMEOUTS = 2;
/** Every model may take nearly its time limit for each proof, and a batch may speak of any number of models. */
const DEFAULT_BUDGET_MS = 3_600_000;

/** Runs models again on inputs that are published or disclosed; each model is loaded once. Close it when done. */
export class Reruns {
  readonly #audit: Audit;
  readonly #sessions: SessionCache;
  readonly #timeouts = new Map<Hex, number>();
  #spentMs = 0;

  constructor(audit: Audit) {
    this.#audit = audit;
    this.#sessions = new SessionCache(audit);
  }

  /** Adds its answer to `list`. One at a time: a model that another check loads may be the one that is unloaded for it. */
  async check(subject: RerunSubject, list: CheckList): Promise<void> {
    const { rerunBudgetMs: budget = DEFAULT_BUDGET_MS } = this.#audit;
    if (this.#spentMs >= budget) {
      const detail = `models were run again for ${budget / 1_000} seconds, all that this audit gives them`;
      list.notChecked("rerun", detail, subject.proofId);
      return;
    }
    const began = performance.now();
    try {
      await this.#run(subject, list);
    } finally {
      this.#spentMs += performance.now() - began;
    }
  }

  close(): Promise<void> {
    return this.#sessions.close();
  }

  async #run({ statement, proofId, manifest, content }: RerunSubject, list: CheckList): Promise<void> {
    const { signal, identities } = this.#audit;
    const { manifestHash } = statement;
    const skip = (reason: string): void => list.notChecked("rerun", reason, proofId);
    if (typeof content === "string") return skip(`the evidence cannot be read: ${content}`);
    if (manifest === undefined) return skip("the model's manifest could not be read");
    if (manifest.encryption !== undefined && identities === undefined)
      return skip("the model is encrypted, and no identity that opens it was given");
    const { inputs, runtime } = content;
    if (inputs === undefined) return skip("neither the evidence nor a disclosure shows its inputs");
    const fail = (detail: string): void => list.add({ check: "rerun", proofId, status: "failed", detail });
    const problem = plaintextProblem(statement, content);
    if (problem !== undefined) return fail(problem);
    const file = onlyGraph(manifest);
    if (file === undefined) return skip("the version does not hold exactly one ONNX graph");
    const timeouts = this.#timeouts.get(manifestHash) ?? 0;
    if (timeouts >= MAX_TIMEOUTS) return skip(`this model took too long ${timeouts} times`);
    try {
      const session = await this.#sessions.open({ manifestHash, manifest, file });
      if (runtime.id !== session.runtime.id) return skip(`it ran under ${runtime.id}, which is not here`);
      const outputs = await session.run({ inputs, ...(signal && { signal }) });
      const found = hashTensors({ tensors: outputs, ...(content.outputSalt && { salt: content.outputSalt }) });
      if (found !== statement.outputHash && runtime.version !== session.runtime.version) {
        return skip(
          `outputs differ, but it ran under ${runtime.id} ${runtime.version} and here is ${session.runtime.version}`,
        );
      }
      list.expect(found === statement.outputHash, {
        check: "rerun",
        proofId,
        passed: `running ${file.path} again under ${runtime.id} ${session.runtime.version} gives output hash ${found}`,
        failed: `running ${file.path} again gives output hash ${found}, the statement says ${statement.outputHash}`,
      });
    } catch (error) {
      signal?.throwIfAborted();
      if (!isScrimshawError(error)) throw error;
      // A worker that was ended answers nobody any more, and the next proof may be an honest one.
      if (error.code === "runtime.timeout" || error.code === "runtime.failed")
        await this.#sessions.forget(manifestHash);
      if (error.code === "runtime.timeout") this.#timeouts.set(manifestHash, timeouts + 1);
      const detail = `${error.code}: ${error.found}`;
      if (error.code === "runtime.model-mismatch") fail(detail);
      else skip(detail);
    }
  }
}

/** Why plaintext, published or disclosed, is not what the statement hashes, if it is not. */
function plaintextProblem(
  statement: Statement,
  { inputs, outputs, inputSalt, outputSalt }: EvidenceContent,
): string | undefined {
  if (inputs !== undefined) {
    const found = hashTensors({ tensors: inputs, ...(inputSalt && { salt: inputSalt }) });
    if (found !== statement.inputHash)
      return `the given inputs hash to ${found}, the statement says ${statement.inputHash}`;
  }
  if (outputs === undefined) return undefined;
  const found = hashTensors({ tensors: outputs, ...(outputSalt && { salt: outputSalt }) });
  if (found === statement.outputHash) return undefined;
  return `the given outputs hash to ${found}, the statement says ${statement.outputHash}`;
}
