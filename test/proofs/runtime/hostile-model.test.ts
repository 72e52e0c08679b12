import { expect } from "chai";
import { OnnxSession } from "../../../src/proofs/runtime/onnx-session.ts";
import { refusal } from "../../support/rejection.ts";
import { endless, huge, int64, one } from "../support/hostile-graphs.ts";

describe("a hostile model", () => {
  it("that never ends is ended at its time limit, and the caller is not held up meanwhile", async () => {
    await using session = await OnnxSession.open({ model: endless(), timeoutMs: 2_000 });
    expect(await session.run({ inputs: [int64("n", [], 3n), one] })).to.have.length(1);
    let turns = 0;
    const ticking = setInterval(() => (turns += 1), 50);
    await refusal("runtime.timeout", () => session.run({ inputs: [int64("n", [], 2n ** 62n), one] }));
    clearInterval(ticking);
    expect(turns).to.be.greaterThan(5);
    await refusal("runtime.timeout", () => session.run({ inputs: [int64("n", [], 3n), one] }));
  });

  it("that asks for more memory than it may have is refused it, and others run", async () => {
    await using session = await OnnxSession.open({ model: huge(), wasmMiB: 256 });
    expect(await session.run({ inputs: [int64("n", [1], 1_000n)] })).to.have.length(1);
    const before = process.memoryUsage().rss;
    await refusal("runtime.failed", () => session.run({ inputs: [int64("n", [1], 2n ** 27n)] }));
    await refusal("runtime.failed", () => session.run({ inputs: [int64("n", [1], 2n ** 60n)] }));
    expect(process.memoryUsage().rss - before).to.be.lessThan(300 * 2 ** 20);
    await using larger = await OnnxSession.open({ model: huge(), wasmMiB: 1_024 });
    expect(await larger.run({ inputs: [int64("n", [1], 2n ** 27n)] })).to.have.length(1);
  });
});
