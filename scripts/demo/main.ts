// The main job on real input, end to end. Exits with 1 if any check fails.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { JsonRpcProvider, Wallet } from "ethers";
import hre from "hardhat";
import { readIris, splitIris } from "../../examples/iris/dataset.ts";
import { addAttester } from "../../src/attesters/add-attester.ts";
import { connectContract } from "../../src/chain/contracts.ts";
import type { ContractName } from "../../src/chain/deployments-file.ts";
import { startDevNetwork } from "../../src/hardhat/dev-network.ts";
import { ModelCache } from "../../src/models/cache/model-cache.ts";
import { publishModel } from "../../src/models/publish.ts";
import { pullModel } from "../../src/models/pull.ts";
import type { AuditReport } from "../../src/proofs/audit/report.ts";
import { recordProof } from "../../src/proofs/record-proof.ts";
import { settleBatch } from "../../src/proofs/settle-batch.ts";
import type { Hex } from "../../src/proofs/statement.ts";
import { localSystemSource } from "../../src/walrus/fetch-local-system.ts";
import { HttpBlobStore } from "../../src/walrus/http-blob-store.ts";
import { auditAsStranger, summarise, tally } from "./auditor.ts";
import { bringCommittee, certifyModel, presentForAnother } from "./certificate.ts";
import { inferAndSign } from "./inference-node.ts";
import { StepTable } from "./step-table.ts";

const DAY = 86_400n;
/** `CertificateStatus.WrongSignature` */
const WRONG_SIGNATURE = 13;

const print = (line: string): void => void process.stdout.write(`${line}\n`);

/** The report, if it is what the demo expects; else all that did not pass, and the end of the demo. */
function requirePassed(report: AuditReport): AuditReport {
  if (report.outcome === "passed") return report;
  for (const { check, status, proofId, detail } of report.checks) {
    if (status !== "passed")
      print(`  ${status}: ${check}${proofId === undefined ? "" : ` of proof ${proofId}`}: ${detail}`);
  }
  throw new Error(`the audit of a ${report.subject.kind} ${report.outcome}`);
}

async function demo(folder: string, signal: AbortSignal): Promise<StepTable> {
  const table = new StepTable(print, signal);
  const network = await table.run("start", async () => {
    const started = await startDevNetwork({
      hre,
      port: 0,
      walrusPort: 0,
      nShards: 1000,
      directory: join(folder, "walrus"),
      signal,
      progress: () => undefined,
    });
    return { value: started, checked: "chain, contracts and a Walrus committee of 1000 shards are up" };
  });
  const { chainUrl, chainId, walrusUrl, addresses } = network;
  const provider = new JsonRpcProvider(chainUrl, undefined, { polling: true, pollingInterval: 50, cacheTimeout: -1 });
  const walrus = localSystemSource({ urls: [walrusUrl] });
  const store = new HttpBlobStore({ publishers: [walrusUrl], aggregators: [walrusUrl], system: walrus });
  try {
    const connect = async <Name extends ContractName>(name: Name) => {
      const address = addresses[name];
      if (address === undefined) throw new Error(`nothing deployed ${name}`);
      return connectContract({ name, address, provider });
    };
    const [admin, publisher, settler] = await Promise.all([0, 1, 2].map((i) => provider.getSigner(i)));
    if (admin === undefined || publisher === undefined || settler === undefined) throw new Error("no accounts");
    const modelRegistry = await connect("modelRegistry");
    const proofRegistry = await connect("proofRegistry");
    const verifier = (await (await connect("attestedSignatureVerifier")).getAddress()) as Hex;

    const published = await table.run("publish", async () => {
      const value = await publishModel({
        folder: "examples/iris/model",
        registry: modelRegistry.connect(publisher),
        store,
      });
      const { name, version, manifest, transactions } = value;
      return {
        value,
        checked: `${manifest.files.length} files of ${name} version ${version}: Blob IDs computed here equal the publisher's`,
        gas: transactions.reduce((sum, { gasUsed }) => sum + gasUsed, 0n),
      };
    });

    const cache = new ModelCache({ root: join(folder, "inference-node") });
    const reference = { creator: published.creator, name: published.name, selector: { kind: "newest" } } as const;
    const pull = () => pullModel({ reference, registry: modelRegistry, store, cache });
    const pulled = await table.run("pull", async () => {
      const value = await pull();
      return { value, checked: `manifest hash on chain, blobsHash, every file (${value.downloaded} bytes fetched)` };
    });
    await table.run("pull again", async () => {
      const value = await pull();
      if (value.downloaded !== 0) throw new Error(`the second pull fetched ${value.downloaded} bytes`);
      return { value, checked: "every file in the cache, nothing fetched" };
    });

    await table.run("bring committee", async () => {
      const value = await bringCommittee(await connect("walrusCommittees"), { walrus, source: admin });
      const { weights, nShards } = value.committee;
      const checked = `the keys of ${weights.length} storage nodes with ${nShards} shards are on chain, each in its group`;
      return { value, checked, gas: value.gasUsed };
    });
    const certifying = {
      ...{ published, store, source: admin.address as Hex, lens: await connect("availabilityLens") },
      availability: (await connect("blobAvailability")).connect(settler),
    };
    await table.run("certify", async () => {
      const value = await certifyModel(certifying);
      const checked = `the chain verified a Walrus certificate of each of ${value.blobs} blobs: the version is available`;
      return { value, checked, gas: value.gas };
    });
    await table.run("tamper", async () => {
      const value = await presentForAnother(certifying);
      if (value.status !== WRONG_SIGNATURE) throw new Error(`a tampered certificate has ${value.words}`);
      return { value, checked: `a certificate presented for another blob is refused, ${value.words}` };
    });

    const attesterKey = new Wallet(Wallet.createRandom().privateKey);
    await table.run("attester", async () => {
      const newest = await provider.getBlock("latest");
      const added = await addAttester({
        registry: (await connect("attesterRegistry")).connect(admin),
        signer: attesterKey.address.toLowerCase() as Hex,
        measurement: `0x${"00".repeat(32)}`,
        kind: "key",
        endpoint: "",
        validFrom: 0n,
        validUntil: BigInt(newest?.timestamp ?? 0) + DAY,
      });
      return {
        value: added,
        checked: "a key that stands in for a TEE's is admitted for a day",
        gas: added.transaction?.gasUsed,
      };
    });

    const { test: rows } = splitIris(await readIris());
    const inference = await table.run("infer and sign", async () => {
      const newest = await provider.getBlock("latest");
      const value = await inferAndSign({
        pulled,
        model: {
          modelId: published.modelId,
          modelVersion: published.version,
          manifestHash: published.manifestReference.contentHash,
        },
        rows,
        verifier,
        domain: { chainId, proofRegistry: await proofRegistry.getAddress() },
        producedAt: BigInt(newest?.timestamp ?? 0),
        attesterKey,
      });
      return { value, checked: `${value.correct} of ${rows.length} test rows classified rightly by ONNX Runtime` };
    });

    const recorded = await table.run("record", async () => {
      const value = await recordProof({ part: inference.single, store, registry: proofRegistry.connect(settler) });
      return { value, checked: "the verifier accepts the attester's signature on chain", gas: value.gasUsed };
    });
    const settled = await table.run("settle", async () => {
      const value = await settleBatch({
        parts: inference.batch,
        store,
        registry: proofRegistry.connect(settler),
        settler: settler.address,
      });
      return { value, checked: `${value.entries.length} proofs in one bundle under one root`, gas: value.gasUsed };
    });

    const stranger = { chainUrl, addresses, aggregator: walrusUrl };
    for (const [step, id] of [
      ["audit proof", recorded.proofId],
      ["audit batch", settled.batchId],
    ] as const) {
      await table.run(step, async () => {
        const report = requirePassed(await auditAsStranger(stranger, id));
        print(`  ${tally(report).join(", ")}`);
        return { value: report, checked: summarise(report) };
      });
    }

    await table.run("flip one byte", async () => {
      const victim = settled.entries[Math.floor(settled.entries.length / 2)];
      if (victim === undefined) throw new Error("the batch is empty");
      network.walrus.faults.flipByte({ blobId: settled.bundle.blobId, offset: victim.offset + victim.length - 1 });
      const report = await auditAsStranger(stranger, settled.batchId);
      network.walrus.faults.clear();
      const failed = report.checks.filter(({ status }) => status === "failed");
      const expected = ["bundle-blob-id", "bundle-hash", `evidence-hash ${victim.proofId}`];
      const found = failed.map(({ check, proofId }) => (proofId === undefined ? check : `${check} ${proofId}`));
      if (JSON.stringify(found.toSorted()) !== JSON.stringify(expected))
        throw new Error(`the audit found ${found.join(", ")}`);
      for (const { check, detail } of failed) print(`  ${check}: ${detail}`);
      return {
        value: report,
        checked: `the audit names the bundle and proof ${victim.proofId.slice(0, 10)}, and no other`,
      };
    });

    return table;
  } finally {
    provider.destroy();
    await store.close();
    await network.stop();
  }
}

const folder = await mkdtemp(join(tmpdir(), "scrimshaw-demo-"));
const interrupt = new AbortController();
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
  process.once(signal, () => interrupt.abort(new Error("it was interrupted")));
}
try {
  const table = await demo(folder, interrupt.signal);
  print("");
  for (const line of table.lines()) print(line);
  print("");
  print("The attester's key is an ordinary key of this process and stands in for one that only a TEE can use.");
  print("All checks passed; nothing is left running.");
} catch (error) {
  process.stderr.write(`The demo failed: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
} finally {
  await rm(folder, { recursive: true, force: true });
}
