import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { ScrimshawError } from "../../errors.ts";
import type { Manifest } from "../../models/manifest.ts";
import type { Runtime } from "../evidence-bytes.ts";
import type { Tensor } from "../tensors.ts";
import { externalFilesOf } from "./external-files.ts";
import type { ExternalData } from "./external-files.ts";
import { onlyGraph } from "./only-graph.ts";
import { OnnxSession } from "./onnx-session.ts";

export interface OpenModelOptions {
  /** A folder whose files were checked against `manifest`, as `pullModel` gives it. */
  readonly folder: string;
  readonly manifest: Manifest;
  readonly signal?: AbortSignal;
}

/**
 * Loads the one ONNX graph of a pulled model, with the files beside it that hold its tensors.
 * @throws ScrimshawError `runtime.no-graph`, `runtime.missing`, `runtime.failed`, `runtime.timeout`,
 *   `models.needed-file-missing`
 */
export async function openModel({ folder, manifest, signal }: OpenModelOptions): Promise<OnnxSession> {
  const file = onlyGraph(manifest);
  if (file === undefined) {
    throw new ScrimshawError({
      code: "runtime.no-graph",
      expected: "exactly one ONNX file in the model",
      found: `${manifest.files.filter(({ graph }) => graph !== undefined).length}`,
      next: "Run the model yourself and record the proof with writeProofFile.",
    });
  }
  const model = await readFile(join(folder, file.path));
  const external: ExternalData[] = [];
  for (const { location, file: beside } of await externalFilesOf({ manifest, file, model, signal })) {
    external.push({ path: location, data: await readFile(join(folder, beside.path)) });
  }
  return OnnxSession.open({ model, external, ...(signal && { signal }) });
}

export interface ModelRun {
  readonly runtime: Runtime;
  readonly outputs: readonly Tensor[];
}

/** Loads a pulled model, runs it once and unloads it. */
export async function runModel(options: OpenModelOptions & { readonly inputs: readonly Tensor[] }): Promise<ModelRun> {
  await using session = await openModel(options);
  const outputs = await session.run({ inputs: options.inputs, ...(options.signal && { signal: options.signal }) });
  return { runtime: session.runtime, outputs };
}
