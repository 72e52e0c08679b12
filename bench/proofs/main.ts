import { mkdtemp, rm } from "node:fs/promises";
import { availableParallelism, cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { JsonRpcProvider, Wallet } from "ethers";
import { addAttester } from "../../src/attesters/add-attester.ts";
import { walletAttester } from "../../src/attesters/sign-digest.ts";
import { publishModel } from "../../src/models/publish.ts";
import { auditProof } from "../../src/proofs/audit/audit-proof.ts";
import type { BundlePart } from "../../src/proofs/batch-part.ts";
import { describeInference } from "../../src/proofs/describe-inference.ts";
import { sealProof } from "../../src/proofs/seal-proof.ts";
import { SettlerQueue } from "../../src/proofs/settler/queue.ts";
import { Settler } from "../../src/proofs/settler/settler.ts";
import type { Hex } from "../../src/proofs/statement.ts";
import { EncoderPool } from "../../src/walrus/encoder-pool.ts";
import { localSystemSource } from "../../src/walrus/fetch-local-system.ts";
import { HttpBlobStore } from "../../src/walrus/http-blob-store.ts";
import { DevProcess } from "../../test/support/dev-process.ts";
import { AttesterRegistry__factory } from "../../typechain/factories/AttesterRegistry__factory.ts";
import { ModelRegistry__factory } from "../../typechain/factories/ModelRegistry__factory.ts";
import { ProofRegistry__factory } from "../../typechain/factories/ProofRegistry__factory.ts";
import { verdict } from "../measure.ts";
import { EncodingStore } from "./encoding-store.ts";
import { Stopwatch } from "./stopwatch.ts";

/**
 * Attested proofs through the settler, and the audit of a batch, beside what they are made of, in one run: `npm run bench:proofs`. The chain
 * runs in another process; SCRIMSHAW_BENCH_PROOFS changes how many.
 */

const N_SHARDS = 1000;
const BATCH = 1000;
const count = Number(process.env["SCRIMSHAW_BENCH_PROOFS"] ?? "10000");
/** Gas that a settlement may take for each proof, and the most that the settler may add to encoding, chain and disk. */
const MAX_GAS = 150;
const MAX_OWN_SHARE = 0.2;

interface Row {
  readonly what: string;
  readonly time: string;
  readonly "proofs/s": string;
  readonly note: string;
}

function row(what: string, seconds: number, proofs: number, note = ""): Row {
  return { what, time: `${seconds.toFixed(2)} s`, "proofs/s": (proofs / seconds).toFixed(0), note };
}

async function timed<T>(work: () => Promise<T>): Promise<{ readonly seconds: number; readonly value: T }> {
  const began = performance.now();
  const value = await work();
  return { seconds: (performance.now() - began) / 1000, value };
}

/** A chain whose answers are waited for on the clock of `watch`. */
class WatchedProvider extends JsonRpcProvider {
  watch = new Stopwatch();

  override async send(method: string, params: unknown[] | Record<string, unknown>): Promise<unknown> {
    return this.watch.run(() => super.send(method, params) as Promise<unknown>);
  }
}

/** Everything that a queue does is SQL and waiting for the disk. */
function watched(queue: SettlerQueue, watch: Stopwatch): SettlerQueue {
  return new Proxy(queue, {
    get: (target, name) => {
      const value: unknown = Reflect.get(target, name, target);
      if (typeof value !== "function") return value;
      return (...args: unknown[]): unknown => watch.runSync(() => Reflect.apply(value, target, args) as unknown);
    },
  });
}

const folder = await mkdtemp(join(tmpdir(), "scrimshaw-bench-"));
const dev = await DevProcess.start({ nShards: N_SHARDS });
const { SCRIMSHAW_CHAIN_URL: chainUrl = "", SCRIMSHAW_WALRUS_URL: walrusUrl = "" } = dev.env;
const addressOf = (name: string): Hex => (dev.addresses[name] ?? "") as Hex;
const provider = new WatchedProvider(chainUrl, undefined, { staticNetwork: true });
const pool = new EncoderPool();
const urls = [walrusUrl];
const walrus = new HttpBlobStore({
  ...{ publishers: urls, aggregators: urls, nShards: N_SHARDS, pool, system: localSystemSource({ urls }) },
});

async function makeProofs(): Promise<readonly BundlePart[]> {
  const signer = await provider.getSigner(0);
  const key = new Wallet(Wallet.createRandom().privateKey);
  await addAttester({
    registry: AttesterRegistry__factory.connect(addressOf("attesterRegistry"), signer),
    ...{ signer: key.address.toLowerCase() as Hex, measurement: `0x${"0".repeat(64)}`, kind: "bench", endpoint: "" },
    ...{ validFrom: 0n, validUntil: BigInt(Math.floor(Date.now() / 1000)) + 86_400n * 365n },
  });
  const registry = ModelRegistry__factory.connect(addressOf("modelRegistry"), signer);
  const published = await publishModel({ folder: "examples/iris/model", registry, store: walrus });
  const model = {
    modelId: published.modelId,
    modelVersion: published.version,
    manifestHash: published.manifestReference.contentHash,
  };
  const { chainId } = await provider.getNetwork();
  const domain = { chainId, proofRegistry: addressOf("proofRegistry") };
  const backing = {
    kind: "attester",
    attester: walletAttester(key),
    verifier: addressOf("attestedSignatureVerifier"),
  } as const;
  const producedAt = BigInt((await provider.getBlock("latest"))?.timestamp ?? 0);
  const parts: BundlePart[] = [];
  for (let index = 0; index < count; index += 1) {
    const data = new Uint8Array(Float32Array.of(index, 1, 2, 3).buffer);
    const tensor = { dtype: "float32", shape: [1, 4], data } as const;
    const { statement, evidence } = await describeInference({
      ...{ model, runtime: { id: "bench", version: "1" }, producedAt, plaintextFor: "everybody" },
      ...{ inputs: [{ name: "features", ...tensor }], outputs: [{ name: "outputs", ...tensor }] },
      requestId: `0x${index.toString(16).padStart(64, "0")}`,
    });
    parts.push({ ...(await sealProof({ statement, evidence, backing, domain })), evidence });
  }
  return parts;
}

async function settleAll(parts: readonly BundlePart[]) {
  const signer = await provider.getSigner(0);
  const registry = ProofRegistry__factory.connect(addressOf("proofRegistry"), signer);
  const owner = {
    ...{ chainId: (await provider.getNetwork()).chainId, proofRegistry: addressOf("proofRegistry") },
    settler: signer.address,
  };
  const [encoding, chain, disk] = [new Stopwatch(), new Stopwatch(), new Stopwatch()];
  using file = await SettlerQueue.open({ path: join(folder, "queue.sqlite"), owner });
  const store = new EncodingStore({ pool, nShards: N_SHARDS, watch: encoding, others: walrus });
  const settler = new Settler({
    ...{ queue: watched(file, disk), store, registry, provider, settler: signer.address, pollMs: 20 },
    rules: { maxCount: BATCH },
  });
  provider.watch = chain;
  const { seconds } = await timed(async () => {
    await Promise.all(parts.map((part) => settler.accept(part)));
    await settler.drain();
  });
  provider.watch = new Stopwatch();
  const { gasUsed, settledProofs, bytesStored } = settler.status();
  if (settledProofs !== parts.length) throw new Error(`${settledProofs} of ${parts.length} proofs were settled`);
  return { seconds, gasUsed, bytesStored, encoding, chain, disk, store, registry };
}

/** The same bundles through the encoder and nothing else, in turn as the settler does. */
async function encodeAlone(blobs: ReadonlyMap<string, Uint8Array>): Promise<number> {
  const { seconds } = await timed(async () => {
    for (const bytes of blobs.values()) await pool.computeBlobId({ source: { bytes }, nShards: N_SHARDS });
  });
  return seconds;
}

try {
  process.stdout.write(
    `${count} attested proofs in batches of ${BATCH}, ${N_SHARDS} shards, ${availableParallelism()} cores (${cpus()[0]?.model ?? "unknown"})\n`,
  );
  const parts = await makeProofs();
  const settled = await settleAll(parts);
  const { seconds, gasUsed, bytesStored, store, registry } = settled;
  const [encoding, chain, disk] = [settled.encoding.seconds, settled.chain.seconds, settled.disk.seconds];
  const raw = await encodeAlone(store.blobs);
  const own = Math.max(0, seconds - encoding - chain - disk);
  const gas = Number(gasUsed) / count;
  const percent = (part: number): string => `${((part / seconds) * 100).toFixed(0)}% of settling`;
  const [batch] = await registry.queryFilter(registry.filters.BatchSettled());
  if (batch === undefined) throw new Error("no batch was settled");
  const audit = (signatureThreads: number) =>
    timed(async () => {
      const report = await auditProof({
        id: batch.args.batchId as Hex,
        provider,
        proofRegistry: registry,
        modelRegistry: ModelRegistry__factory.connect(addressOf("modelRegistry"), provider),
        attesterRegistry: AttesterRegistry__factory.connect(addressOf("attesterRegistry"), provider),
        trustedVerifiers: [addressOf("attestedSignatureVerifier")],
        keyVerifiers: {},
        fromBlock: 0,
        store,
        computeBlobId: async (bytes) => (await pool.computeBlobId({ source: { bytes }, nShards: N_SHARDS })).blobId,
        signatureThreads,
      });
      const failed = report.checks.filter(({ status }) => status === "failed");
      if (failed.length > 0) throw new Error(`the audit failed: ${JSON.stringify(failed.slice(0, 3))}`);
      return report.proofs;
    });
  const cores = availableParallelism();
  const audits = [];
  for (const threads of new Set([1, cores])) {
    const { seconds: took, value: proofs } = await audit(threads);
    const note = `without running models, signatures on ${threads} of ${cores} cores`;
    audits.push(row(`audit of a batch of ${proofs}`, took, proofs, note));
  }
  const rows = [
    row(
      "settle: queue, check, bundle, settle",
      seconds,
      count,
      verdict(gas <= MAX_GAS, `${gas.toFixed(0)} gas a proof (at most ${MAX_GAS}), ${bytesStored} bytes of bundles`),
    ),
    row("  encoding", encoding, count, percent(encoding)),
    row("  chain, also asked for each seal", chain, count, percent(chain)),
    row("  queue and disk", disk, count, percent(disk)),
    row("  all else", own, count, verdict(own < MAX_OWN_SHARE * seconds, `${percent(own)} (below 20%)`)),
    row("the encoder alone, the same bundles", raw, count, percent(raw)),
    ...audits,
  ];
  console.table(rows);
  process.exitCode = rows.some(({ note }) => note.startsWith("MISSED")) ? 1 : 0;
} finally {
  provider.destroy();
  await walrus.close();
  await pool.close();
  await dev.stop();
  await rm(folder, { recursive: true, force: true });
}
