import { expect } from "chai";
import { Wallet, getBytes, id } from "ethers";
import type { SignatureTask } from "../../../src/attesters/signatures/is-signed.ts";
import { SignatureThreads } from "../../../src/attesters/signatures/signature-threads.ts";

const wallet = new Wallet(id("a key"));
const account = getBytes(wallet.address);

function task(text: string, signed = text): SignatureTask {
  const signature = getBytes(wallet.signingKey.sign(id(signed)).serialized);
  return { by: { scheme: "secp256k1", account }, digest: getBytes(id(text)), signature };
}

const TASKS = Array.from({ length: 24 }, (_, index) => task(`${index}`, `${index % 3 === 0 ? index : -index}`));
const MEANT = TASKS.map((_, index) => index % 3 === 0);

function ask(threads: SignatureThreads): Promise<boolean[]> {
  return Promise.all(TASKS.map((one) => threads.isSigned(one)));
}

describe("SignatureThreads", () => {
  it("answers as the caller's own thread does, each question its own, and ends at the close", async () => {
    const threads = new SignatureThreads({ size: 3 });
    expect(await ask(threads)).to.deep.equal(MEANT);
    expect(threads.running).to.equal(3);
    await threads.close();
    expect(threads.running).to.equal(0);
    expect(await ask(threads)).to.deep.equal(MEANT);
    expect(threads.running).to.equal(0);
  });

  it("starts no second thread while the first is idle, and none at all where none is wanted", async () => {
    await using threads = new SignatureThreads({ size: 4 });
    for (const one of TASKS.slice(0, 3)) await threads.isSigned(one);
    expect(threads.running).to.equal(1);
    await using none = new SignatureThreads({ size: 0 });
    expect(await ask(none)).to.deep.equal(MEANT);
    expect(none.running).to.equal(0);
  });

  it("answers what is open when it is closed", async () => {
    const threads = new SignatureThreads({ size: 2 });
    const answers = ask(threads);
    await threads.close();
    expect(await answers).to.deep.equal(MEANT);
  });

  it("does without threads that fail", async () => {
    const script = new URL("data:text/javascript,throw new Error('no thread')");
    await using threads = new SignatureThreads({ size: 2, script });
    expect(await ask(threads)).to.deep.equal(MEANT);
    expect(threads.running).to.equal(0);
  });
});
