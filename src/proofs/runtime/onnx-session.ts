import { extname } from "node:path";

import { ScrimshawError } from "../../errors.ts";
import type { Runtime } from "../evidence-bytes.ts";
import type { Tensor } from "../tensors.ts";
import type { ExternalData } from "./external-files.ts";
import { ChannelEnded, WorkerChannel } from "./worker-channel.ts";

export interface OpenOnnxOptions {
  /** Bytes of an ONNX file, already checked against the manifest. */
  readonly model: Uint8Array;
  /** Files that hold its tensors, checked too. */
  readonly external?: readonly ExternalData[];
  /** Limit for loading the model and for each run. Default 60,000 ms. */
  readonly timeoutMs?: number;
  /** JavaScript heap of the worker, in MiB. Default 512. */
  readonly memoryMiB?: number;
  /** Memory in which the model and its tensors lie, in MiB. Default 4096, all that WebAssembly can address. */
  readonly wasmMiB?: number;
  readonly signal?: AbortSignal;
}

/** What travels to the worker and back. */
export type OnnxRequest =
  | {
      readonly kind: "open";
      readonly model: Uint8Array;
      readonly external: readonly ExternalData[];
      readonly wasmMiB: number;
    }
  | { readonly kind: "run"; readonly inputs: readonly Tensor[] };
export type OnnxReply =
  | { readonly kind: "missing" }
  | {
      readonly kind: "opened";
      readonly version: string;
      readonly inputNames: readonly string[];
      readonly outputNames: readonly string[];
    }
  | { readonly kind: "ran"; readonly outputs: readonly Tensor[] }
  | { readonly kind: "failed"; readonly message: string };

/**
 * A model loaded into ONNX Runtime (WebAssembly, one thread, so that runs repeat bit for bit) in a worker of its own: a hostile
 * graph can neither block the caller nor outlive its time limit. Needs the optional peer `onnxruntime-web`.
 */
export class OnnxSession {
  readonly runtime: Runtime;
  readonly inputNames: readonly string[];
  readonly outputNames: readonly string[];
  readonly #channel: WorkerChannel<OnnxRequest, OnnxReply>;

  private constructor(channel: WorkerChannel<OnnxRequest, OnnxReply>, opened: Extract<OnnxReply, { kind: "opened" }>) {
    this.#channel = channel;
    this.inputNames = opened.inputNames;
    this.outputNames = opened.outputNames;
    this.runtime = { id: "onnxruntime-web", version: opened.version };
  }

  /** @throws ScrimshawError `runtime.missing`, `runtime.failed`, `runtime.timeout` */
  static async open({
    model,
    external = [],
    timeoutMs = 60_000,
    memoryMiB = 512,
    wasmMiB = 4_096,
    signal,
  }: OpenOnnxOptions): Promise<OnnxSession> {
    const file = new URL(`./onnx.worker${extname(import.meta.url)}`, import.meta.url);
    const channel = new WorkerChannel<OnnxRequest, OnnxReply>({ file, timeoutMs, memoryMiB });
    try {
      const reply = await ask(channel, { kind: "open", model, external, wasmMiB }, signal);
      if (reply.kind === "missing") throw missing();
      if (reply.kind !== "opened") throw failed(reply);
      return new OnnxSession(channel, reply);
    } catch (error) {
      await channel.close();
      throw error;
    }
  }

  /**
   * Runs the model once. Outputs come in the model's own order.
   * @throws ScrimshawError `runtime.failed`, `runtime.timeout`
   */
  async run({
    inputs,
    signal,
  }: {
    readonly inputs: readonly Tensor[];
    readonly signal?: AbortSignal;
  }): Promise<readonly Tensor[]> {
    const reply = await ask(this.#channel, { kind: "run", inputs }, signal);
    if (reply.kind !== "ran") throw failed(reply);
    return reply.outputs;
  }

  close(): Promise<void> {
    return this.#channel.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}

async function ask(
  channel: WorkerChannel<OnnxRequest, OnnxReply>,
  request: OnnxRequest,
  signal: AbortSignal | undefined,
): Promise<OnnxReply> {
  try {
    return await channel.ask(request, signal);
  } catch (error) {
    throw error instanceof ChannelEnded ? channelEnded(error) : error;
  }
}

function missing(): ScrimshawError {
  return new ScrimshawError({
    code: "runtime.missing",
    expected: "the package onnxruntime-web",
    found: "no such package",
    next: "Run: npm install onnxruntime-web",
  });
}

function failed(reply: OnnxReply): ScrimshawError {
  return new ScrimshawError({
    code: "runtime.failed",
    expected: "ONNX Runtime to load and run the model on these inputs",
    found: reply.kind === "failed" ? reply.message.slice(0, 300) : `the answer ${reply.kind}`,
    next: "Compare the inputs' names, types and shapes with `hardhat model show`.",
  });
}

function channelEnded({ end }: ChannelEnded): ScrimshawError {
  if (end.kind === "ended") return failed({ kind: "failed", message: `the worker ended: ${end.reason}` });
  return new ScrimshawError({
    code: "runtime.timeout",
    expected: `an answer within ${end.timeoutMs} ms`,
    found: "none; the worker was ended",
    next: "Give a longer time limit if the model is known to be this slow.",
  });
}
