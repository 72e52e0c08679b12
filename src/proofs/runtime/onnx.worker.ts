import { parentPort } from "node:worker_threads";
import type { InferenceSession, Tensor as OnnxTensor } from "onnxruntime-web";

import type { OnnxReply, OnnxRequest } from "./onnx-session.ts";
import { DTYPE_BYTES } from "../tensors.ts";
import type { Dtype, Tensor } from "../tensors.ts";

type Ort = typeof import("onnxruntime-web");

interface MemoryDescriptor {
  readonly initial: number;
  readonly maximum?: number;
  readonly shared?: boolean;
}

/** As much of it as is used here; Node's types leave it out. */
declare const WebAssembly: { Memory: new (descriptor: MemoryDescriptor) => object };

/** Of WebAssembly memory: a page has 64 KiB. */
const PAGES_PER_MIB = 16;

/** Holds the runtime, which asks for all that can be addressed, to less. It makes its memory when its first session is created. */
function boundMemory(mib: number): void {
  const { Memory } = WebAssembly;
  WebAssembly.Memory = class extends Memory {
    constructor(descriptor: MemoryDescriptor) {
      const maximum = Math.min(descriptor.maximum ?? Infinity, mib * PAGES_PER_MIB);
      super({ ...descriptor, maximum });
    }
  };
}

/** The optional peer, or undefined where it is not installed. */
async function loadRuntime(): Promise<Ort | undefined> {
  try {
    const ort = await import("onnxruntime-web");
    ort.env.wasm.numThreads = 1;
    ort.env.logLevel = "error";
    return ort;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ERR_MODULE_NOT_FOUND") return undefined;
    throw error;
  }
}

/** Array types of onnxruntime-common; float16 travels as raw 16-bit words. */
const ARRAYS = {
  float16: Uint16Array,
  float32: Float32Array,
  float64: Float64Array,
  int8: Int8Array,
  int16: Int16Array,
  int32: Int32Array,
  int64: BigInt64Array,
  uint8: Uint8Array,
  uint16: Uint16Array,
  uint32: Uint32Array,
  uint64: BigUint64Array,
  bool: Uint8Array,
} as const;

function toOnnx(ort: Ort, { dtype, shape, data }: Tensor): OnnxTensor {
  const aligned = data.slice().buffer;
  const elements = new ARRAYS[dtype](aligned, 0, data.length / DTYPE_BYTES[dtype]);
  return new ort.Tensor(dtype, elements as never, shape);
}

function fromOnnx(name: string, tensor: OnnxTensor): Tensor {
  const { type, dims, data } = tensor;
  if (!Object.hasOwn(DTYPE_BYTES, type) || !ArrayBuffer.isView(data)) {
    throw new Error(`output ${name} is of type ${type}, which has no canonical bytes`);
  }
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength).slice();
  return { name, dtype: type as Dtype, shape: [...dims], data: bytes };
}

let opened: { readonly ort: Ort; readonly session: InferenceSession } | undefined;

async function answer(request: OnnxRequest): Promise<OnnxReply> {
  if (request.kind === "open") {
    boundMemory(request.wasmMiB);
    const ort = await loadRuntime();
    if (ort === undefined) return { kind: "missing" };
    const session = await ort.InferenceSession.create(request.model, {
      executionProviders: ["wasm"],
      externalData: [...request.external],
    });
    opened = { ort, session };
    const version = ort.env.versions.web ?? ort.env.versions.common;
    return { kind: "opened", version, inputNames: session.inputNames, outputNames: session.outputNames };
  }
  if (opened === undefined) throw new Error("no model is open");
  const { ort, session } = opened;
  const results = await session.run(
    Object.fromEntries(request.inputs.map((tensor) => [tensor.name, toOnnx(ort, tensor)])),
  );
  const outputs = session.outputNames.map((name) => {
    const tensor = results[name];
    if (tensor === undefined) throw new Error(`the model gave no output ${name}`);
    return fromOnnx(name, tensor);
  });
  return { kind: "ran", outputs };
}

parentPort?.on("message", (request: OnnxRequest) => {
  answer(request).then(
    (reply) => parentPort?.postMessage(reply),
    (error: unknown) =>
      parentPort?.postMessage({
        kind: "failed",
        message: error instanceof Error ? error.message : String(error),
      } satisfies OnnxReply),
  );
});
