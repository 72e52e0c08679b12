import { createHash } from "node:crypto";
import { ScrimshawError } from "../../errors.ts";
import type { Manifest, ManifestFile } from "../../models/manifest.ts";
import { PartSource } from "../../models/part-source.ts";
import { externalFilesOf } from "../runtime/external-files.ts";
import type { ExternalData } from "../runtime/external-files.ts";
import { OnnxSession } from "../runtime/onnx-session.ts";
import type { Hex } from "../statement.ts";
import type { Audit } from "./context.ts";

/** Models beyond this are not loaded for a re-run. */
const MAX_MODEL_BYTES = 512 * 1024 * 1024;
/** Memory of a loaded model and of what it computes. */
const MEMORY_MIB = 2_048;
/** A batch may speak of any number of models; no more of them are loaded at a time. */
const MAX_SESSIONS = 3;

export interface RunnableModel {
  /** The manifest's content hash on chain: what a model is known by here. A hash that a manifest claims would not do. */
  readonly manifestHash: Hex;
  readonly manifest: Manifest;
  readonly file: ManifestFile;
}

/** Loaded models, the last few that were used. Close it when done. */
export class SessionCache {
  readonly #audit: Audit;
  readonly #sessions = new Map<Hex, Promise<OnnxSession>>();

  constructor(audit: Audit) {
    this.#audit = audit;
  }

  /** @throws ScrimshawError `runtime.model-too-large`, `runtime.model-mismatch`, those of `OnnxSession.open` and of the store */
  async open(model: RunnableModel): Promise<OnnxSession> {
    const { manifestHash } = model;
    const session = this.#sessions.get(manifestHash) ?? this.#load(model);
    this.#sessions.delete(manifestHash);
    this.#sessions.set(manifestHash, session);
    const [oldest] = this.#sessions.keys();
    if (this.#sessions.size > MAX_SESSIONS && oldest !== undefined) await this.forget(oldest);
    return session;
  }

  /** Unloads a model; the next use loads it again. */
  async forget(manifestHash: Hex): Promise<void> {
    const session = this.#sessions.get(manifestHash);
    this.#sessions.delete(manifestHash);
    await session?.then(
      (one) => one.close(),
      () => undefined,
    );
  }

  async close(): Promise<void> {
    for (const manifestHash of [...this.#sessions.keys()]) await this.forget(manifestHash);
  }

  async #load({ manifest, file }: RunnableModel): Promise<OnnxSession> {
    const { signal, rerunTimeoutMs: timeoutMs = 60_000 } = this.#audit;
    const model = await this.#read(manifest, file, MAX_MODEL_BYTES);
    const external: ExternalData[] = [];
    let left = MAX_MODEL_BYTES - model.length;
    for (const { location, file: beside } of await externalFilesOf({ manifest, file, model, signal })) {
      const data = await this.#read(manifest, beside, left);
      left -= data.length;
      external.push({ path: location, data });
    }
    return OnnxSession.open({ model, external, timeoutMs, wasmMiB: MEMORY_MIB, ...(signal && { signal }) });
  }

  async #read(manifest: Manifest, file: ManifestFile, most: number): Promise<Uint8Array> {
    const { store, identities, signal } = this.#audit;
    if (file.size > most) throw tooLarge(file);
    const parts: Uint8Array[] = [];
    const source = new PartSource({ manifest, wanted: file.parts, store, identities, ...(signal && { signal }) });
    for (const part of file.parts) parts.push(await source.read(part));
    const bytes = Buffer.concat(parts);
    const found = createHash("sha256").update(bytes).digest("hex");
    if (found !== file.sha256) throw mismatch(file, found);
    return bytes;
  }
}

function tooLarge({ path, size }: ManifestFile): ScrimshawError {
  return new ScrimshawError({
    code: "runtime.model-too-large",
    expected: `${path} within ${MAX_MODEL_BYTES} bytes, with all files that the model needs`,
    found: `${size} bytes`,
    next: "Pull the model and run it with a runtime of your own.",
  });
}

function mismatch({ path, sha256 }: ManifestFile, found: string): ScrimshawError {
  return new ScrimshawError({
    code: "runtime.model-mismatch",
    expected: `${path} with SHA-256 ${sha256}, as its manifest says`,
    found: `bytes with ${found}`,
    next: "Do not use this version, and tell its publisher.",
  });
}
