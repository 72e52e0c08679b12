import { expect } from "chai";
import { readFile } from "node:fs/promises";

import { OnnxSession } from "../../../src/proofs/runtime/onnx-session.ts";
import type { Tensor } from "../../../src/proofs/tensors.ts";
import { rejection } from "../../support/rejection.ts";

const setosa: Tensor = {
  name: "features",
  dtype: "float32",
  shape: [1, 4],
  data: new Uint8Array(Float32Array.of(5.1, 3.5, 1.4, 0.2).buffer),
};

describe("OnnxSession", () => {
  let model: Uint8Array;
  before(async () => {
    model = await readFile(new URL("../../../examples/iris/model/iris.onnx", import.meta.url));
  });

  it("runs a real model and gives the same bytes each time, also in another worker", async () => {
    await using one = await OnnxSession.open({ model });
    await using two = await OnnxSession.open({ model });
    const runs = [
      await one.run({ inputs: [setosa] }),
      await one.run({ inputs: [setosa] }),
      await two.run({ inputs: [setosa] }),
    ];
    expect(runs[1]).to.deep.equal(runs[0]);
    expect(runs[2]).to.deep.equal(runs[0]);
    const [output] = runs[0]!;
    expect(output).to.include({ name: one.outputNames[0], dtype: "float32" });
    const probabilities = new Float32Array(output!.data.slice().buffer);
    expect(probabilities).to.have.length(3);
    expect(probabilities[0]).to.be.greaterThan(0.9);
  });

  it("answers questions asked at the same time one after the other", async () => {
    await using session = await OnnxSession.open({ model });
    const runs = await Promise.all([1, 2, 3].map(() => session.run({ inputs: [setosa] })));
    expect(runs[1]).to.deep.equal(runs[0]);
    expect(runs[2]).to.deep.equal(runs[0]);
  });

  it("names the runtime and its version", async () => {
    await using session = await OnnxSession.open({ model });
    expect(session.runtime.id).to.equal("onnxruntime-web");
    expect(session.runtime.version).to.match(/^\d+\.\d+\.\d+/);
  });

  it("refuses bytes that are not a model", async () => {
    expect((await rejection(() => OnnxSession.open({ model: Uint8Array.of(1, 2, 3) }))).code).to.equal(
      "runtime.failed",
    );
  });

  it("refuses inputs of another name, and can still be used after that", async () => {
    await using session = await OnnxSession.open({ model });
    expect((await rejection(() => session.run({ inputs: [{ ...setosa, name: "x" }] }))).code).to.equal(
      "runtime.failed",
    );
    expect(await session.run({ inputs: [setosa] })).to.have.length(session.outputNames.length);
  });

  it("ends a worker that takes longer than its limit, and says so", async () => {
    expect((await rejection(() => OnnxSession.open({ model, timeoutMs: 1 }))).code).to.equal("runtime.timeout");
  });

  it("stops when its caller aborts", async () => {
    const controller = new AbortController();
    const opening = OnnxSession.open({ model, signal: controller.signal });
    controller.abort(new Error("enough"));
    expect(
      await opening.then(
        () => "opened",
        (error: unknown) => (error instanceof Error ? error.message : error),
      ),
    ).to.equal("enough");
  });

  it("answers with the library's error once it was closed", async () => {
    const session = await OnnxSession.open({ model });
    await session.close();
    expect((await rejection(() => session.run({ inputs: [setosa] }))).code).to.equal("runtime.failed");
  });
});
