import { ScrimshawError, isScrimshawError } from "../../errors.ts";
import type { Manifest, ManifestFile } from "../../models/manifest.ts";
import type { EvidenceContent } from "../evidence-bytes.ts";
import { PartSource } from "../../models/part-source.ts";
import { onlyGraph } from "../runtime/only-graph.ts";
import { OnnxSession } from "../runtime/onnx-session.ts";
import type { Hex, Statement } from "../statement.ts";
import { hashTensors } from "../tensors.ts";
import type { Audit } from "./context.ts";

/** Models beyond this are not loaded for a re-run. */
const MAX_MODEL_BYTES = 1024 * 1024 * 1024;

export interface RerunSubject {
  readonly statement: Statement;
  readonly proofId: Hex;
  readonly manifest: Manifest | undefined;
  readonly content: EvidenceContent | string;
}

/** Runs models again on published inputs; each model is loaded once. Close it when done. */
export class Reruns {
  readonly #audit: Audit;
  readonly #sessions = new Map<string, Promise<OnnxSession>>();

  constructor(audit: Audit) {
    this.#audit = audit;
  }

  async check({ statement, proofId, manifest, content }: RerunSubject): Promise<void> {
    const { list, signal } = this.#audit;
    const skip = (reason: string): void => list.notChecked("rerun", reason, proofId);
    if (typeof content === "string") return skip(`the evidence cannot be read: ${content}`);
    if (manifest === undefined) return skip("the model's manifest could not be read");
    const { inputs, runtime } = content;
    if (inputs === undefined) return skip("the evidence does not show its inputs");
    const problem = plaintextProblem(statement, content);
    if (problem !== undefined) {
      list.add({ check: "rerun", proofId, status: "failed", detail: problem });
      return;
    }
    const file = onlyGraph(manifest);
    if (file === undefined) return skip("the version does not hold exactly one ONNX graph");
    try {
      const session = await this.#open(manifest, file);
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
      skip(`${error.code}: ${error.found}`);
    }
  }

  async close(): Promise<void> {
    for (const session of await Promise.allSettled(this.#sessions.values())) {
      if (session.status === "fulfilled") await session.value.close();
    }
  }

  #open(manifest: Manifest, file: ManifestFile): Promise<OnnxSession> {
    const known = this.#sessions.get(file.sha256) ?? this.#load(manifest, file);
    this.#sessions.set(file.sha256, known);
    return known;
  }

  async #load(manifest: Manifest, file: ManifestFile): Promise<OnnxSession> {
    const { store, signal } = this.#audit;
    if (file.size > MAX_MODEL_BYTES) throw tooLarge(file);
    const parts: Uint8Array[] = [];
    const source = new PartSource({ manifest, wanted: file.parts, store, ...(signal && { signal }) });
    for (const part of file.parts) parts.push(await source.read(part));
    return OnnxSession.open({ model: Buffer.concat(parts), ...(signal && { signal }) });
  }
}

function tooLarge({ path, size }: ManifestFile): ScrimshawError {
  return new ScrimshawError({
    code: "runtime.model-too-large",
    expected: `${path} within ${MAX_MODEL_BYTES} bytes`,
    found: `${size} bytes`,
    next: "Pull the model and run it with a runtime of your own.",
  });
}

/** Why published plaintext is not what the statement hashes, if it is not. */
function plaintextProblem(
  statement: Statement,
  { inputs, outputs, inputSalt, outputSalt }: EvidenceContent,
): string | undefined {
  if (inputs !== undefined) {
    const found = hashTensors({ tensors: inputs, ...(inputSalt && { salt: inputSalt }) });
    if (found !== statement.inputHash)
      return `the published inputs hash to ${found}, the statement says ${statement.inputHash}`;
  }
  if (outputs === undefined) return undefined;
  const found = hashTensors({ tensors: outputs, ...(outputSalt && { salt: outputSalt }) });
  if (found === statement.outputHash) return undefined;
  return `the published outputs hash to ${found}, the statement says ${statement.outputHash}`;
}
