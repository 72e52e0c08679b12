import { symlink } from "node:fs/promises";

import { expect } from "chai";
import type { Block } from "ethers";

import { walletAttester } from "../../../src/attesters/sign-digest.ts";
import { encodeEvidence } from "../../../src/proofs/evidence-bytes.ts";
import type { BundlePart } from "../../../src/proofs/batch-part.ts";
import { proofIdOf } from "../../../src/proofs/proof.ts";
import { isDue } from "../../../src/proofs/settler/form-batch.ts";
import { SettlerQueue } from "../../../src/proofs/settler/queue.ts";
import { DEFAULT_RULES } from "../../../src/proofs/settler/flush-rules.ts";
import { sealProof } from "../../../src/proofs/seal-proof.ts";
import type { Hex } from "../../../src/proofs/statement.ts";
import { ethers, networkHelpers } from "../../contracts/support/chain.ts";
import { now } from "../../contracts/support/deployment.ts";
import { attestedProof } from "../../contracts/support/proofs.ts";
import { rejection } from "../../support/rejection.ts";
import { HttpBlobStore } from "../../../src/walrus/http-blob-store.ts";
import { bend } from "../support/bend.ts";
import { sampleStatement } from "../support/sample-proof.ts";
import { useSettler, vanillaPart } from "./settler-world.ts";

describe("Settler", () => {
  const world = useSettler();

  it("settles what it accepted, once, and says how far each proof is", async () => {
    using running = await world.open();
    const { settler, told } = running;
    const parts = world.parts(5);
    for (const part of parts) {
      const { state } = await settler.accept(part);
      expect(state).to.deep.equal({ state: "queued" });
    }
    await settler.drain();
    const batches = await world.settledBatches();
    expect(batches.map(({ count }) => count)).to.deep.equal([5]);
    expect(told()).to.deep.equal([...Array<string>(5).fill("accepted"), "formed", "stored", "sent", "settled"]);
    for (const part of parts) {
      const proofId = proofIdOf(part.proof);
      expect(settler.find(proofId)).to.deep.equal({ state: "settled", batchId: batches[0]?.batchId });
      expect((await settler.accept(part)).state).to.deep.equal({ state: "settled", batchId: batches[0]?.batchId });
    }
    await settler.drain();
    expect(await world.settledBatches()).to.have.length(1);
    expect(settler.status()).to.deep.include({ healthy: true, settledProofs: 5, lastFailure: null });
  });

  it("lets proofs that come together share a commit, and takes each once", async () => {
    using running = await world.open();
    const parts = world.parts(20);
    await Promise.all([...parts, ...parts].map((part) => running.settler.accept(part)));
    expect(running.told()).to.deep.equal(["accepted"]);
    expect(running.queue.open().count).to.equal(20);
  });

  it("fills batches up to a number of proofs and bytes", async () => {
    using running = await world.open({ rules: { maxCount: 4 } });
    await Promise.all(world.parts(10).map((part) => running.settler.accept(part)));
    await running.settler.drain();
    expect((await world.settledBatches()).map(({ count }) => count)).to.deep.equal([4, 4, 2]);
    const [part] = world.parts(1);
    const bytes = part?.evidence.length ?? 0;
    using small = await world.open({ queue: running.queue, rules: { maxBytes: 2 * bytes + 1 } });
    await Promise.all(world.parts(3, "other").map((one) => small.settler.accept(one)));
    await small.settler.drain();
    expect((await world.settledBatches()).map(({ count }) => count)).to.deep.equal([4, 4, 2, 2, 1]);
  });

  it("forms a batch when enough proofs or bytes wait, when none came for a while, or when the oldest is old", () => {
    const waiting = { count: 1, bytes: 1, oldest: 0, newest: 0 };
    const { maxCount, maxBytes, idleMs, maxAgeMs } = DEFAULT_RULES;
    expect(isDue(waiting, DEFAULT_RULES, idleMs - 1)).to.equal(false);
    expect(isDue(waiting, DEFAULT_RULES, idleMs)).to.equal(true);
    const busy = { ...waiting, newest: maxAgeMs - 1 };
    expect(isDue(busy, DEFAULT_RULES, maxAgeMs - 1)).to.equal(false);
    expect(isDue(busy, DEFAULT_RULES, maxAgeMs)).to.equal(true);
    expect(isDue({ ...waiting, count: maxCount }, DEFAULT_RULES, 0)).to.equal(true);
    expect(isDue({ ...waiting, bytes: maxBytes }, DEFAULT_RULES, 0)).to.equal(true);
    expect(isDue({ count: 0, bytes: 0, oldest: undefined, newest: undefined }, DEFAULT_RULES, 1e15)).to.equal(false);
  });

  it("does by itself what is due, and stops when told to", async () => {
    using running = await world.open({ rules: { idleMs: 0 } });
    const stop = new AbortController();
    const run = running.settler.run({ signal: stop.signal });
    await Promise.all(world.parts(3).map((part) => running.settler.accept(part)));
    while ((await world.settledBatches()).length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    stop.abort();
    await run;
    expect(running.queue.open().count).to.equal(0);
  });

  it("refuses before it accepts what could never be settled", async () => {
    using running = await world.open();
    const [part] = world.parts(1);
    if (part === undefined) throw new Error("no part");
    const { evidence } = part.proof;
    const otherBlob = { ...part, proof: { ...part.proof, evidence: { ...evidence, blobId: evidence.contentHash } } };
    const otherBytes = { ...part, evidence: part.evidence.map((byte) => byte ^ 1) };
    const stranger = vanillaPart("foreign", world.deployed().accounts.stranger.address);
    expect(await rejection(() => running.settler.accept(otherBlob))).to.include({ code: "proofs.bundle-part-invalid" });
    expect(await rejection(() => running.settler.accept(otherBytes))).to.include({ code: "proofs.evidence-mismatch" });
    expect(await rejection(() => running.settler.accept(stranger))).to.include({ code: "proofs.other-submitter" });
    expect(running.queue.open().count).to.equal(0);
  });

  it("sets a proof aside whose verifier refuses its seal, and settles the others", async () => {
    using running = await world.open();
    const good = world.parts(2);
    const attested = await attestedProof(world.deployed());
    const [first] = good;
    if (first === undefined) throw new Error("no part");
    const { contentHash, size } = first.proof.evidence;
    const backing = { ...attested.evidence, blobId: first.proof.evidence.blobId, contentHash, size };
    const proof = { statement: first.proof.statement, evidence: backing } as typeof first.proof;
    const bad = { proof, seal: "0x1234", evidence: first.evidence } as const;
    for (const part of [...good, bad]) await running.settler.accept(part);
    await running.settler.drain();
    expect((await world.settledBatches()).map(({ count }) => count)).to.deep.equal([2]);
    const state = running.settler.find(proofIdOf(proof));
    expect(state?.state).to.equal("refused");
    expect(state?.state === "refused" && state.reason).to.match(/^proofs\.seal-refused: AttestedSignatureVerifier/);
  });

  it("takes a proof again that was refused: whoever hands it in first with another seal does not keep it out", async () => {
    using running = await world.open();
    const { attester, verifier } = world.deployed();
    const statement = sampleStatement("twice", { producedAt: await now() });
    const evidence = encodeEvidence({ statement, content: { runtime: { id: "onnxruntime-web", version: "1" } } });
    const backing = {
      kind: "attester",
      attester: walletAttester(attester),
      verifier: (await verifier.getAddress()) as Hex,
    } as const;
    const honest = { ...(await sealProof({ statement, evidence, backing, domain: await world.owner() })), evidence };
    await running.settler.accept({ ...honest, seal: "0x1234" });
    await running.settler.accept(honest);
    await running.settler.drain();
    expect(await world.settledBatches()).to.deep.equal([]);
    expect((await running.settler.accept(honest)).state).to.deep.equal({ state: "queued" });
    await running.settler.drain();
    expect((await world.settledBatches()).map(({ count }) => count)).to.deep.equal([1]);
    expect((await running.settler.accept(honest)).state.state).to.equal("settled");
  });

  it("refuses more when too many bytes wait", async () => {
    using running = await world.open({ maxWaitingBytes: 100 });
    const [one, two] = world.parts(2);
    if (one === undefined || two === undefined) throw new Error("no parts");
    await running.settler.accept(one);
    expect(await rejection(() => running.settler.accept(two))).to.include({ code: "proofs.queue-full" });
  });

  it("counts what waits in batches too, so that a Walrus that is away for long fills no disk", async () => {
    const store = new HttpBlobStore({ publishers: [], aggregators: [], nShards: 10, retry: { deadlineMs: 1 } });
    using running = await world.open({ maxWaitingBytes: 100, store });
    const [one, two] = world.parts(2);
    if (one === undefined || two === undefined) throw new Error("no parts");
    await running.settler.accept(one);
    await running.settler.step({ flush: true });
    expect(running.queue.open().count).to.equal(0);
    expect(await rejection(() => running.settler.accept(two))).to.include({ code: "proofs.queue-full" });
    using again = await world.open({ queue: running.queue, maxWaitingBytes: 100 });
    await again.settler.drain();
    expect((await again.settler.accept(two)).state).to.deep.equal({ state: "queued" });
  });

  it("says that its queue cannot be written, and takes nothing", async () => {
    using running = await world.open();
    const full = bend(running.queue, {
      accept: () => {
        throw new Error("database or disk is full");
      },
    });
    using other = await world.open({ queue: full });
    const [one] = world.parts(1);
    expect(await rejection(() => other.settler.accept(one!))).to.include({ code: "proofs.queue-failed" });
    expect(running.queue.open().count).to.equal(0);
  });

  it("has one lease of a queue, by whatever link it is reached", async () => {
    using running = await world.open();
    const link = `${world.queuePath()}.link`;
    await symlink(world.queuePath(), link);
    const owner = await world.owner();
    expect(await rejection(() => SettlerQueue.open({ path: link, owner }))).to.include({ code: "proofs.queue-in-use" });
    expect(running.queue.open().count).to.equal(0);
  });

  describe("where a node does not answer about seals", () => {
    async function attestedParts(): Promise<readonly BundlePart[]> {
      const { attester, verifier } = world.deployed();
      const backing = {
        kind: "attester",
        attester: walletAttester(attester),
        verifier: (await verifier.getAddress()) as Hex,
      } as const;
      const domain = await world.owner();
      return Promise.all(
        ["one", "two"].map(async (label) => {
          const statement = sampleStatement(label, { producedAt: await now() });
          const evidence = encodeEvidence({ statement, content: { runtime: { id: "onnxruntime-web", version: "1" } } });
          return { ...(await sealProof({ statement, evidence, backing, domain })), evidence };
        }),
      );
    }

    const busy = (): Promise<never> => Promise.reject(new Error("server response 502 Bad Gateway"));

    it("blames no proof while it answers nothing, and settles all when it does", async () => {
      let isBusy = true;
      const provider = bend(ethers.provider, {
        call: (request): Promise<string> => (isBusy ? busy() : ethers.provider.call(request)),
        getBlock: (block): Promise<Block | null> =>
          isBusy && asked++ > 0 ? busy() : ethers.provider.getBlock(block as string),
      });
      let asked = 0;
      let clock = 1_000_000;
      using running = await world.open({ provider, now: () => clock });
      for (const part of await attestedParts()) await running.settler.accept(part);
      await running.settler.step({ flush: true });
      expect(running.queue.open().count).to.equal(2);
      expect(running.told()).to.deep.equal(["accepted", "accepted", "failed"]);
      isBusy = false;
      clock += 100_000;
      await running.settler.drain();
      expect((await world.settledBatches()).map(({ count }) => count)).to.deep.equal([2]);
    });

    it("sets the one proof aside that it cannot judge, so that it hinders no other", async () => {
      const [poison, good] = await attestedParts();
      const seal = poison!.seal.slice(2);
      const provider = bend(ethers.provider, {
        call: (request): Promise<string> =>
          String(request.data).includes(seal) ? busy() : ethers.provider.call(request),
      });
      using running = await world.open({ provider });
      for (const part of [poison!, good!]) await running.settler.accept(part);
      await running.settler.drain();
      expect((await world.settledBatches()).map(({ count }) => count)).to.deep.equal([1]);
      const state = running.settler.find(proofIdOf(poison!.proof));
      expect(state?.state === "refused" && state.reason).to.contain("502 Bad Gateway");
    });
  });

  it("keeps trying while Walrus is away, tells it, and goes on when it is back", async () => {
    const away = new HttpBlobStore({
      publishers: ["http://127.0.0.1:9"],
      aggregators: ["http://127.0.0.1:9"],
      nShards: 10,
      retry: { deadlineMs: 1 },
    });
    let clock = 1_000_000;
    const now = (): number => clock;
    using down = await world.open({ store: away, now });
    for (const part of world.parts(2)) await down.settler.accept(part);
    expect(await down.settler.step({ flush: true })).to.equal(true);
    expect(down.told().slice(-2)).to.deep.equal(["formed", "failed"]);
    expect(await down.settler.step()).to.equal(false);
    expect(down.settler.status()).to.deep.include({ healthy: false });
    expect(down.settler.status().batches.formed).to.equal(1);
    using up = await world.open({ queue: down.queue, now });
    await up.settler.drain();
    clock += 10;
    expect((await world.settledBatches()).map(({ count }) => count)).to.deep.equal([2]);
    expect(up.settler.status().healthy).to.equal(true);
  });

  it("settles again what a reorganisation of the chain took back, under the same id", async () => {
    using running = await world.open();
    for (const part of world.parts(3)) await running.settler.accept(part);
    const before = await networkHelpers.takeSnapshot();
    await running.settler.drain();
    const settled = await world.settledBatches();
    await before.restore();
    expect(await world.settledBatches()).to.be.empty;
    await running.settler.step();
    await running.settler.drain();
    expect(running.told().slice(-3)).to.deep.equal(["reorganised", "sent", "settled"]);
    expect(await world.settledBatches()).to.deep.equal(settled);
    await networkHelpers.mine(3);
    await running.settler.step();
    expect(running.told().at(-1)).to.equal("final");
    expect(running.queue.partsOf.bind(running.queue, 1)).to.throw();
    expect(running.settler.status()).to.deep.include({ settledProofs: 3 });
  });

  it("asks about batches that wait only when the chain has a new block, and still sees a reorganisation", async () => {
    const { proofs, accounts } = world.deployed();
    let asked = 0;
    const registry = new Proxy(proofs.connect(accounts.settler), {
      get: (target, name) => {
        if (name === "batchOf") asked += 1;
        return Reflect.get(target, name) as unknown;
      },
    });
    using running = await world.open({ registry });
    for (const part of world.parts(2)) await running.settler.accept(part);
    const before = await networkHelpers.takeSnapshot();
    await running.settler.drain();
    await running.settler.step();
    asked = 0;
    for (let round = 0; round < 5; round += 1) expect(await running.settler.step()).to.equal(false);
    expect(asked).to.equal(0);
    await networkHelpers.mine();
    for (let round = 0; round < 5; round += 1) expect(await running.settler.step()).to.equal(false);
    expect(asked).to.equal(1);
    await before.restore();
    // As many blocks as before, of which none holds the settlement.
    await networkHelpers.mine(2);
    expect(await running.settler.step()).to.equal(true);
    expect(running.told().at(-1)).to.equal("reorganised");
    await running.settler.drain();
    expect(await world.settledBatches()).to.have.length(1);
  });

  it("finds a settlement whose transaction was sent by a run that ended before it could note it", async () => {
    using running = await world.open();
    for (const part of world.parts(2)) await running.settler.accept(part);
    while (running.queue.underWay()[0]?.state !== "stored") await running.settler.step({ flush: true });
    const [batch] = running.queue.underWay();
    if (batch?.settlement === undefined) throw new Error("no batch");
    const { proofs, accounts } = world.deployed();
    const { root, count, bundle } = batch.settlement.batch;
    const { blobIdToHex } = await import("../../../src/walrus/blob-id.ts");
    const onChain = { root, count, bundle: { ...bundle, blobId: blobIdToHex(bundle.blobId) } };
    await proofs.connect(accounts.settler).settle(onChain);
    await running.settler.drain();
    expect(running.told()).to.not.include("sent");
    expect(await world.settledBatches()).to.have.length(1);
  });

  describe("with a chain that does not mine at once", () => {
    const mining = (automine: boolean): Promise<unknown> => ethers.provider.send("evm_setAutomine", [automine]);
    afterEach(() => mining(true));

    it("replaces a transaction that is not mined in time by one that pays more, with the same nonce", async () => {
      let clock = 1_000_000;
      using running = await world.open({ now: () => clock, replaceAfterMs: 500 });
      for (const part of world.parts(2)) await running.settler.accept(part);
      await mining(false);
      while (!running.told().includes("sent")) await running.settler.step({ flush: true });
      expect(await running.settler.step()).to.equal(false);
      const first = running.queue.underWay()[0]?.sent;
      clock += 500;
      expect(await running.settler.step()).to.equal(true);
      const second = running.queue.underWay()[0]?.sent;
      expect(second?.nonce).to.equal(first?.nonce);
      expect(second?.hashes).to.have.length(2);
      expect(Number(second?.fees.max) / Number(first?.fees.max)).to.be.greaterThan(1.12);
      await networkHelpers.mine();
      await running.settler.drain();
      expect(running.settler.status().counts).to.deep.include({ sent: 1, replaced: 1, settled: 1 });
      expect(await world.settledBatches()).to.have.length(1);
    });

    it("pays no more than its cap, and says so", async () => {
      let clock = 1_000_000;
      const { maxFeePerGas } = await ethers.provider.getFeeData();
      const options = { now: () => clock, replaceAfterMs: 500, maxFeePerGas: (maxFeePerGas ?? 0n) * 2n };
      using running = await world.open(options);
      for (const part of world.parts(2)) await running.settler.accept(part);
      await mining(false);
      for (let round = 0; round < 12; round += 1) {
        await running.settler.step({ flush: true });
        clock += 70_000;
      }
      const [batch] = running.queue.underWay();
      expect(batch?.sent?.fees.max).to.be.at.most(options.maxFeePerGas);
      expect(running.settler.status().lastFailure?.code).to.equal("proofs.fee-above-cap");
    });

    it("takes a new nonce when another transaction of its account used its own", async () => {
      using running = await world.open();
      for (const part of world.parts(2)) await running.settler.accept(part);
      await mining(false);
      while (!running.told().includes("sent")) await running.settler.step({ flush: true });
      const [batch] = running.queue.underWay();
      const { settler } = world.deployed().accounts;
      const { nonce = 0, fees } = batch?.sent ?? {};
      const max = (fees?.max ?? 0n) * 3n;
      await settler.sendTransaction({ to: settler.address, nonce, maxFeePerGas: max, maxPriorityFeePerGas: max });
      await networkHelpers.mine();
      expect(await running.settler.step()).to.equal(true);
      expect(running.told().at(-1)).to.equal("not-settled");
      await mining(true);
      await running.settler.drain();
      expect((await world.settledBatches()).map(({ count }) => count)).to.deep.equal([2]);
    });
  });
});
